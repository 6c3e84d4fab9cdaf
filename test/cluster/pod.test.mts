import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { condition, crashed, owner, serves } from '../../lib/cluster/pod.mts'
import { restarted, somePod } from './some.mts'

const test = suite('pod')

test('a pod serves when it is ready, and not on its way out', () => {
  assert.ok(serves(somePod()))
  assert.not.ok(serves(somePod({ status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] } })))
  assert.not.ok(serves(somePod({ metadata: { deletionTimestamp: '2026-11-21T12:00:00Z' } })))
})

test('a pod that waits says what for', () => {
  const waiting = (reason: string, message?: string) => somePod({ status: { phase: 'Pending', containerStatuses: [{ name: 'web', state: { waiting: { reason, ...(message && { message }) } } }] } })
  assert.is(condition(waiting('ContainerCreating')), 'Pending: ContainerCreating')
  assert.is(condition(waiting('ErrImagePull', 'no such image')), 'Pending: ErrImagePull no such image')
  assert.is(condition(somePod({ status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', message: '0/1 nodes are available' }] } })), 'Pending: 0/1 nodes are available')
})

test('a pod that failed says how it ended', () => {
  assert.is(condition(somePod({ status: { phase: 'Failed', containerStatuses: [{ name: 'web', state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }] } })), 'Failed: exit 137 OOMKilled')
  assert.is(condition(somePod({ status: { phase: 'Failed', reason: 'Evicted' } })), 'Failed: Evicted')
})

test('a container that was started again has crashed at the time it ended', () => {
  assert.is(crashed(somePod({ status: restarted('2026-11-21T12:00:00Z') })), Date.parse('2026-11-21T12:00:00Z'))
  assert.is(crashed(somePod()), undefined)
})

test('a container whose node went down under it has not crashed', () => {
  assert.is(crashed(somePod({ status: restarted('2026-11-21T12:00:00Z', 'Unknown', 255) })), undefined)
})

test('a pod belongs to what keeps it running, and a Deployment is known by its own name', () => {
  const owned = (kind: string, name: string) => owner(somePod({ metadata: { labels: { 'pod-template-hash': '6f9c' }, ownerReferences: [{ kind, name }] } }))
  assert.equal([owned('ReplicaSet', 'web-6f9c'), owned('DaemonSet', 'svclb-web'), owner(somePod())], ['shop/web', 'shop/svclb-web', 'shop/web-1'])
})

test.run()
