import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as judge from '../../lib/engine/judge.mts'
import { volume } from '../../lib/cluster/volume.mts'
import { bench } from '../engine/stage.mts'
import { cluster } from './cluster.mts'
import type { Manifest } from '../../lib/cluster/manifest.mts'

const test = suite('volume')

const nonceOf = ({ spec }: Manifest) => (spec as { containers: { env: { value: string }[] }[] }).containers[0]?.env[0]?.value ?? ''

/** What becomes of the drill where a volume keeps this of what was written, and a claim gets this class. */
async function run(kept: (nonce: string) => string, storageClass = 'local-path') {
  const { kube, done, objects } = cluster(pod => ({ log: kept(nonceOf(pod)) }))
  const claimed = async (object: Manifest) => kube.apply(object.kind === 'PersistentVolumeClaim' ? { ...object, spec: { storageClassName: storageClass } } : object)
  return { finding: await judge.drill(bench('apply'), 'K30', volume({ ...kube, apply: claimed }), async () => []), done, objects }
}

test('what one pod wrote another reads, after the first is gone', async () => {
  const { finding, done } = await run(nonce => nonce)
  assert.is(finding.verdict, 'ok')
  assert.equal(done.slice(2), [
    'apply PersistentVolumeClaim runbooks-trial-X/kept', 'apply Pod runbooks-trial-X/writer', 'remove Pod runbooks-trial-X/writer',
    'apply Pod runbooks-trial-X/reader', 'remove Namespace runbooks-trial-X',
  ])
})

test('a volume that comes back empty, or of another class, is red', async () => {
  assert.is((await run(() => '')).finding.verdict, 'failed')
  assert.is((await run(nonce => nonce, 'nfs')).finding.verdict, 'failed')
})

test.run()
