import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as judge from '../../lib/engine/judge.mts'
import { parseLabel, selfHeal, type Healed } from '../../lib/cluster/self-heal.mts'
import { bench } from '../engine/stage.mts'
import { rejects } from '../rejects.mts'
import { fakeKube } from './fake.mts'
import type { Kube } from '../../lib/cluster/kube.mts'
import type { Manifest } from '../../lib/cluster/manifest.mts'

const test = suite('self heal')
const LABEL = 'app.kubernetes.io/name'
const [FIRST, AGAIN] = ['2026-11-21T11:00:00Z', '2026-11-21T12:00:00Z']

/** The canary's Deployment with this label, which this manager wrote at this time. */
function deployment(value: string | undefined, time?: string, manager = 'argocd-controller'): Manifest {
  const fields = value === undefined ? {} : { [`f:${LABEL}`]: {} }
  return {
    apiVersion: 'apps/v1', kind: 'Deployment',
    metadata: { namespace: 'canary', name: 'canary', labels: value === undefined ? {} : { [LABEL]: value }, managedFields: [{ manager: 'kubectl' }, { manager, time, fieldsV1: { 'f:metadata': { 'f:labels': fields } } }] } as Manifest['metadata'],
  }
}

/** What becomes of the drill where the Deployment is this once the label was taken away. */
async function run(...then: Manifest[]) {
  const [said, readings]: [(string | null)[], Manifest[]] = [[], [deployment('canary', FIRST)]]
  const { kube: fake } = fakeKube({})
  const kube: Kube = {
    ...fake,
    find: async () => (readings.length > 1 ? readings.shift() : readings[0]),
    async merge({ metadata }) {
      said.push(metadata.labels?.[LABEL] as string | null)
      if (said.length === 1) readings.splice(0, readings.length, ...then)
    },
  }
  const { verdict, found } = await judge.drill(bench('apply'), 'A22', selfHeal(kube, '1s'), async () => [])
  return { verdict, healed: (found as { after: Healed }).after.healed, said }
}

test('a label that was taken away is written again by Argo CD', async () => {
  const { verdict, healed, said } = await run(deployment(undefined), deployment('canary', AGAIN))
  assert.equal([verdict, typeof healed, said], ['ok', 'number', [null]])
})

test('one that was back before anybody looked counts as well', async () => {
  assert.is((await run(deployment('canary', AGAIN))).verdict, 'ok')
})

test('one that does not come back is red, and is put back', async () => {
  assert.equal(await run(deployment(undefined)), { verdict: 'failed', healed: 'never', said: [null, 'canary'] })
})

test('one that was never away, or that somebody else wrote, proves nothing', async () => {
  assert.equal([(await run(deployment('canary', FIRST))).verdict, (await run(deployment('canary', AGAIN, 'runbooks'))).verdict], ['failed', 'failed'])
})

test('without the label nothing is taken away', async () => {
  assert.match((await rejects(selfHeal(fakeKube({ 'Deployment canary/canary': deployment(undefined) }).kube).before())).message, 'has no label')
})

test('a label that a drill before had to put back itself is taken away again', async () => {
  const put = deployment('canary', FIRST, 'runbooks')
  assert.equal(await selfHeal(fakeKube({ 'Deployment canary/canary': put }).kube).before(), { value: 'canary', written: '' })
})

test('a label of its pods is not the one', () => {
  assert.equal(parseLabel({ ...deployment('canary'), metadata: { namespace: 'canary', name: 'canary', managedFields: [{ manager: 'argocd-controller', time: FIRST, fieldsV1: { 'f:spec': { 'f:template': { 'f:metadata': { 'f:labels': { [`f:${LABEL}`]: {} } } } } } }] } as Manifest['metadata'] }), {})
})

test.run()
