import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { differences, drift, foreign } from '../../lib/cluster/applied.mts'
import { Failure } from '../../lib/engine/failure.mts'
import { fakeKube } from './fake.mts'
import type { Manifest } from '../../lib/cluster/manifest.mts'

const test = suite('applied')
const WEB: Manifest = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace: 'shop', name: 'web' }, spec: { replicas: 1, template: { spec: { containers: [{ name: 'web', image: 'web:1' }] } } } }
const live = (more: object = {}, metadata: object = {}): Manifest => ({ ...WEB, status: { replicas: 1 }, ...more, metadata: { ...WEB.metadata, uid: '1', resourceVersion: '7', ...metadata } })
const read = async (there: Manifest | undefined, rehearsed: Manifest = live()) => drift({ ...fakeKube({ 'Deployment shop/web': there }).kube, rehearsed: async () => rehearsed }, [WEB])

test('an object as it was applied does not differ, whatever its status and counters say', async () => {
  assert.equal(await read(live({ status: { replicas: 0 } }, { resourceVersion: '9', generation: 4 })), [])
})

test('one that is not there is told', async () => assert.equal(await read(undefined), ['Deployment shop/web: absent']))

test('one that was changed is told with each place', async () => {
  const changed = live({ spec: { replicas: 2, template: { spec: { containers: [{ name: 'web', image: 'web:2' }] } } } })
  assert.equal(await read(changed), ['Deployment shop/web: spec.replicas, spec.template.spec.containers[0].image'])
})

test('a label that was taken away is told', async () => {
  assert.equal(await read(live(), live({}, { labels: { app: 'web' } })), ['Deployment shop/web: metadata.labels'])
})

test('a field that somebody else holds is told in the API\'s own words', async () => {
  const words = 'Apply failed with 1 conflict: conflict with "kubectl-edit": .spec.replicas'
  const kube = { ...fakeKube({ 'Deployment shop/web': live() }).kube, rehearsed: async () => { throw new Failure('was not applied', { found: words }) } }
  assert.equal(await drift(kube, [WEB]), [`Deployment shop/web: ${words}`])
})

const ours = { manager: 'runbooks', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:replicas': {} } } }

test('what somebody added is told with who it was', () => {
  const added = { manager: 'kubectl-edit', operation: 'Update', fieldsV1: { 'f:spec': { 'f:containers': { 'k:{"name":"web"}': { '.': {}, 'f:env': {} } }, 'f:replicas': {} } } }
  assert.equal(foreign([ours, added]), ['spec.containers[name=web].env by kubectl-edit'])
})

test('who scaled it is told, unless to what we want as well', () => {
  const scaled = { manager: 'kubectl', operation: 'Update', subresource: 'scale', fieldsV1: { 'f:spec': { 'f:replicas': {} } } }
  assert.equal([foreign([scaled]), foreign([ours, scaled])], [['spec.replicas by kubectl'], []])
})

test('status, annotations and the time of a restart by hand are nobody\'s business', () => {
  assert.equal(foreign([
    { manager: 'k3s', operation: 'Update', subresource: 'status', fieldsV1: { 'f:spec': { 'f:x': {} } } },
    { manager: 'k3s', operation: 'Update', fieldsV1: { 'f:metadata': { 'f:annotations': { 'f:revision': {} } }, 'f:status': { 'f:sync': {} }, 'f:operation': {} } },
    { manager: 'kubectl-rollout', operation: 'Update', fieldsV1: { 'f:spec': { 'f:template': { 'f:metadata': { 'f:annotations': { 'f:kubectl.kubernetes.io/restartedAt': {} } } } } } },
  ]), [])
})

test('values differ where they do, lists item by item', () => {
  assert.equal(differences({ a: [1, { b: 2 }], c: null }, { a: [1, { b: 3 }, 4], c: {} }), ['a[1].b', 'a[2]', 'c'])
})

test.run()
