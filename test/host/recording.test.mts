import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { kube } from '../../lib/cluster/kube.mts'
import { api } from '../cluster/api.mts'
import { doubled, KUBECONFIG } from '../cluster/double.mts'
import { answering } from './answering.mts'
import { recording } from './recording.mts'
import { dated, undated } from './transcript.mts'

const test = suite('recording')
const NOW = Date.parse('2026-11-21T12:00:00Z')

test('what the API replies is kept, with nothing of the kubeconfig that it was asked with', async () => {
  const own = await api(() => ({ json: { items: [{ metadata: { name: 'a', managedFields: [] } }] }, date: NOW }))
  const { host, answer, readings } = recording(own.host, {})
  const double = doubled(host, answer)
  assert.equal(await kube(double.host).list('/api/v1/nodes'), [{ metadata: { name: 'a' } }])
  own.close()
  await double.close()
  assert.equal(readings().map(({ script, args, printed, replied }) => [script.slice(0, 3), ...args, printed ?? replied]), [
    ['cat', KUBECONFIG],
    ['api', 'GET', '/api/v1/nodes?limit=500', 'application/json', { code: 200, date: NOW, json: { items: [{ metadata: { name: 'a' } }] } }],
  ])
})

test('of a datastore only keys and UIDs are kept', async () => {
  const value = Buffer.from('k8s:enc:secretbox:v1:secretboxkey:hidden').toString('hex').toUpperCase()
  const { host, readings } = recording(answering(`copy|ok\n/registry/secrets/a/b|7|${value}\n/registry/pods/a/c|8|uid:1`).host, {})
  await host.read('rows')
  assert.is(readings()[0]?.printed, 'copy|ok\n/registry/secrets/a/b|7|6B38733A656E633A\n/registry/pods/a/c|8|uid:1')
})

test('a moment of today is one of any day, unless it stands beside a calendar', () => {
  const now = String(NOW / 1000 - 12)
  assert.is(dated(undated(now, NOW), NOW + 86_400_000), String(NOW / 1000 + 86_400 - 12))
  for (const text of [`${now}\nca.crt|Nov 21 15:27:20 2027 GMT`, `20261121T115900Z-v1|${now}`]) assert.is(undated(text, NOW), text)
})

test.run()
