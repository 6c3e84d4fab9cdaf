import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { holds } from '../../lib/engine/want.mts'
import { allQuiet, allReady, parseQuiet, quiet, SYSTEM } from '../../lib/cluster/pods.mts'
import { answering } from '../host/answering.mts'
import { rejects } from '../rejects.mts'
import { fakeKube } from './fake.mts'
import { restarted, somePod } from './some.mts'
import { recording } from './recorded.mts'

const test = suite('pods')
const NOW = Date.parse('2026-11-21T12:00:00Z')
const web = (status = { observedGeneration: 1, updatedReplicas: 1, availableReplicas: 1 }, replicas = 1) => ({ metadata: { namespace: 'shop', name: 'web', generation: 1 }, spec: { replicas }, status })
const ok = (pods = [somePod()], deployments = [web()]) => holds(allQuiet(['shop/web']), parseQuiet(pods, deployments, NOW))

test('pods that serve, and those that have done their work, are quiet', () => {
  assert.ok(ok([somePod(), somePod({ status: { phase: 'Succeeded' } })]))
})

test('a pod that does not serve is named, with what holds it up', () => {
  const pod = somePod({ status: { phase: 'Pending', containerStatuses: [{ name: 'web', state: { waiting: { reason: 'ImagePullBackOff' } } }] } })
  assert.equal(parseQuiet([pod], [], NOW).unwell, ['shop/web-1 Pending: ImagePullBackOff'])
  assert.not.ok(ok([pod, somePod()]))
})

test('a crash is loud for a minute', () => {
  const times = ['2026-11-21T11:59:01Z', '2026-11-21T11:58:59Z'].map(time => somePod({ status: restarted(time) }))
  assert.equal(times.map(pod => parseQuiet([pod], [], NOW).crashed), [['shop/web-1'], []])
})

test('an empty cluster is not a quiet one', () => assert.not.ok(ok([], [])))

test('a Deployment that is not there, scaled to 0, or not yet in its new form is red', () => {
  assert.not.ok(ok([somePod()], []))
  assert.not.ok(ok([somePod()], [web({ observedGeneration: 1, updatedReplicas: 0, availableReplicas: 0 }, 0)]))
  assert.not.ok(ok([somePod()], [web({ observedGeneration: 0, updatedReplicas: 1, availableReplicas: 1 })]))
  assert.equal(parseQuiet([], [web({ observedGeneration: 1, updatedReplicas: 2, availableReplicas: 1 }, 2)], NOW).unavailable, ['shop/web 1 of 2'])
})

test('a cluster as it comes is quiet, and is not without its Traefik', async () => {
  const lists = { '/api/v1/pods': recording('pods'), '/apis/apps/v1/deployments': recording('deployments') }
  const found = await quiet(fakeKube(lists, NOW).kube)()
  assert.equal([found.available, holds(allQuiet(), found)], [SYSTEM, true])
  assert.not.ok(holds(allQuiet(), await quiet(fakeKube({ ...lists, '/apis/apps/v1/deployments': [] }, NOW).kube)()))
})

test('a pod that the API still knows from the boot before is not ready again', async () => {
  const pod = somePod({ status: { ...somePod().status, containerStatuses: [{ name: 'web', state: { running: { startedAt: '2026-11-21T12:00:00Z' } } }] } })
  const { kube } = fakeKube({ '/api/v1/pods': [pod], '/apis/apps/v1/deployments': [web()] })
  const booted = (moment: number) => allReady(answering(String(moment / 1000)).host, kube)()
  assert.is(await booted(NOW - 5000), 1)
  assert.is((await rejects(booted(NOW + 5000))).facts.found, 'shop/web-1 is of the boot before')
})

test('only the namespaces that were asked for count', async () => {
  const lists = { '/api/v1/pods': [somePod({ status: { phase: 'Failed' } })], '/apis/apps/v1/deployments': [] }
  assert.equal((await quiet(fakeKube(lists).kube, ['kube-system'])()).unwell, [])
  assert.equal((await quiet(fakeKube(lists).kube)()).unwell, ['shop/web-1 Failed'])
})

test.run()
