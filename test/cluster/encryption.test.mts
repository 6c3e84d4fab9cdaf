import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as judge from '../../lib/engine/judge.mts'
import { encryption, parseSearch } from '../../lib/cluster/encryption.mts'
import { body, type Manifest } from '../../lib/cluster/manifest.mts'
import { Secret } from '../../lib/secrets/secret.mts'
import { answering } from '../host/answering.mts'
import { bench } from '../engine/stage.mts'
import { folder } from '../folder.mts'
import { cluster } from './cluster.mts'

const test = suite('encryption')

/** What becomes of the drill over a datastore that keeps objects so: the search is the real one, in files of a folder. */
async function run(keep: (object: Manifest) => string) {
  const place = folder()
  const { kube, objects } = cluster(() => ({}))
  const read = async (script: string, _args: readonly string[] = [], { input }: { input?: unknown } = {}) => {
    mkdirSync(join(place, 'db'), { recursive: true })
    writeFileSync(join(place, 'db', 'state.db'), 'SQLite format 3\0')
    writeFileSync(join(place, 'db', 'state.db-wal'), [...objects].map(([path, object]) => `${path.replace(/^\/api\/v1\/namespaces\/(.*)\/(secrets|configmaps)\//, '/registry/$2/$1/')}\0${keep(object)}\0\xff`).join('\n'))
    assert.ok(input instanceof Secret)
    return spawnSync('bash', ['-c', script.replaceAll('/var/lib/rancher/k3s/server', place)], { input: input.reveal() }).stdout.toString().trimEnd()
  }
  return judge.drill(bench('apply'), 'K33', encryption({ ...answering('').host, read }, kube), async () => [])
}

const encoded = (object: Manifest) => body(object).replace(/"canary":"([^"]*)"/, (_, value: string) => `"canary":"${Buffer.from(value).toString('base64')}"`)
const encrypted = ({ kind }: Manifest) => kind === 'Secret'

test('a Secret that is encrypted while a ConfigMap beside it is not, holds', async () => {
  assert.is((await run(object => (encrypted(object) ? 'k8s:enc:aescbc:v1:aescbckey:...' : body(object)))).verdict, 'ok')
})

test('a Secret in clear is red, and so is one in base64', async () => {
  assert.equal((await run(body)).why, ['- value  found', '+ value  not found'])
  assert.equal((await run(object => (encrypted(object) ? encoded(object) : body(object)))).why, ['- base64  found', '+ base64  not found'])
})

test('a search that finds nothing at all proves nothing', async () => {
  assert.is((await run(() => '')).verdict, 'failed')
  assert.equal(parseSearch(''), { name: 'not found', configMap: 'not found', value: 'found', base64: 'found' })
})

test.run()
