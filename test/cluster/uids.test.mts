import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { listable, living, type Discovery } from '../../lib/cluster/uids.mts'
import { fakeKube } from './fake.mts'

const test = suite('uids')
const VERBS = ['get', 'list']
const group = (name: string, ...versions: [string, ...string[]][]) => ({
  metadata: { name }, versions: versions.map(([version, ...resources]) => ({ version, resources: resources.map(resource => ({ resource, verbs: VERBS })) })),
})
const core: Discovery = { items: [{ versions: [{ version: 'v1', resources: [{ resource: 'bindings', verbs: ['create'] }, ...['services', 'nodes', 'secrets'].map(resource => ({ resource, verbs: VERBS }))] }] }] }
const groups: Discovery = {
  items: [
    group('apps', ['v1', 'deployments']), group('networking.k8s.io', ['v1', 'ingresses']), group('autoscaling', ['v2', 'hpas'], ['v1', 'hpas', 'older']),
    group('apiregistration.k8s.io', ['v1', 'apiservices']), group('traefik.io', ['v1alpha1', 'middlewares']), group('metrics.k8s.io', ['v1beta1', 'nodes']),
  ],
}
const found = listable(core, groups, ['metrics.k8s.io'], ['traefik.io'])

test('every kind is there once, in the version its group prefers, at its place in the datastore', () => {
  assert.equal(Object.fromEntries(found.map(({ path, prefix }) => [path, prefix])), {
    '/api/v1/services': 'services/specs',
    '/api/v1/nodes': 'minions',
    '/api/v1/secrets': 'secrets',
    '/apis/apps/v1/deployments': 'deployments',
    '/apis/networking.k8s.io/v1/ingresses': 'ingress',
    '/apis/autoscaling/v2/hpas': 'hpas',
    '/apis/autoscaling/v1/older': 'older',
    '/apis/apiregistration.k8s.io/v1/apiservices': 'apiregistration.k8s.io/apiservices',
    '/apis/traefik.io/v1alpha1/middlewares': 'traefik.io/middlewares',
  })
})

test('objects are told by their key, with their UID, their time and whether they hold secrets', async () => {
  const metadata = { uid: 'u1', creationTimestamp: '2026-11-21T12:00:00Z', resourceVersion: '42' }
  const paths = {
    '/api': core, '/apis': { items: [] }, '/apis/apiregistration.k8s.io/v1/apiservices': [], '/apis/apiextensions.k8s.io/v1/customresourcedefinitions': [],
    '/api/v1/services': [], '/api/v1/nodes': [{ metadata: { ...metadata, name: 'platform' } }],
    '/api/v1/secrets': [{ metadata: { ...metadata, uid: 'u2', namespace: 'shop', name: 'door' } }],
  }
  const created = Date.parse('2026-11-21T12:00:00Z') / 1000
  assert.equal(await living(fakeKube(paths).kube)(), [
    { key: '/registry/minions/platform', uid: 'u1', created, revision: 42, secret: false },
    { key: '/registry/secrets/shop/door', uid: 'u2', created, revision: 42, secret: true },
  ])
})

test.run()
