import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Failure } from '../../lib/engine/failure.mts'
import { holds } from '../../lib/engine/want.mts'
import { nodes, oneReady, parseNode, versions } from '../../lib/cluster/node.mts'
import { fakeKube } from './fake.mts'
import { recording } from './recorded.mts'

const test = suite('node')
const HEALTH = '/api/v1/nodes/platform/proxy/healthz'
type Listed = Parameters<typeof parseNode>[0]
const listed = recording<Listed>('nodes')
const [platform] = listed
const read = (changes: Partial<Listed['spec']> = {}, conditions = platform?.status.conditions) => nodes(fakeKube({
  '/api/v1/nodes': listed.map(node => ({ ...node, spec: { ...node.spec, ...changes }, status: { ...node.status, conditions } })), [HEALTH]: 'ok',
}).kube)()

test('one node, ready, schedulable and untroubled, is what is wanted', async () => {
  assert.equal(await read(), [{ name: 'platform', ready: true, schedulable: true, kubelet: 'ok', taints: [], trouble: [] }])
  assert.ok(holds(oneReady('platform'), await read()))
  assert.not.ok(holds(oneReady('another'), await read()))
})

test('two nodes, or none, are not one', async () => {
  const two = { '/api/v1/nodes': [...listed, ...listed], [HEALTH]: 'ok' }
  assert.not.ok(holds(oneReady('platform'), await nodes(fakeKube(two).kube)()))
  assert.not.ok(holds(oneReady('platform'), await nodes(fakeKube({ '/api/v1/nodes': [] }).kube)()))
})

test('a cordoned or tainted node is red', async () => {
  assert.not.ok(holds(oneReady('platform'), await read({ unschedulable: true })))
  assert.equal((await read({ taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }] }))[0]?.taints, ['node.kubernetes.io/not-ready:NoExecute'])
})

test('a node under pressure, or not Ready, says why', async () => {
  const [node] = await read({}, [{ type: 'DiskPressure', status: 'True', reason: 'KubeletHasDiskPressure' }, { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' }])
  assert.equal([node?.ready, node?.trouble], [false, ['DiskPressure: KubeletHasDiskPressure', 'Ready: NodeStatusUnknown: Kubelet stopped posting node status.']])
})

test('a node that was Ready before its kubelet went is red by the kubelet\'s own silence', async () => {
  const gone = () => { throw new Failure('a reading failed: the API server answers 503', { found: 'error trying to reach service: dial tcp: connection refused' }) }
  const found = await nodes(fakeKube({ '/api/v1/nodes': listed, [HEALTH]: gone }).kube)()
  assert.equal([found[0]?.ready, found[0]?.kubelet, holds(oneReady('platform'), found)], [true, 'error trying to reach service: dial tcp: connection refused', false])
})

test('the versions are those that run, of the API server and of the kubelet', async () => {
  assert.equal(await versions(fakeKube({ '/api/v1/nodes': listed }).kube)(), { api: 'v1.36.3+k3s1', kubelets: ['v1.36.3+k3s1'] })
})

test.run()
