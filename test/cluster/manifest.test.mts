import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { body, called, groupPath, objectPath, type Manifest } from '../../lib/cluster/manifest.mts'
import { Secret } from '../../lib/secrets/secret.mts'
import { throws } from '../rejects.mts'

const test = suite('manifest')
const SITE: Manifest = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace: 'shop', name: 'site' } }
const RESOURCES = [{ name: 'deployments/scale', kind: 'Deployment', namespaced: true }, { name: 'deployments', kind: 'Deployment', namespaced: true }]

test('an object is called by its kind, its namespace and its name', () => {
  assert.equal([called(SITE), called({ kind: 'Node', metadata: { name: 'platform' } })], ['Deployment shop/site', 'Node platform'])
})

test('the core group has a path of its own', () => {
  assert.equal([groupPath('v1'), groupPath('apps/v1')], ['/api/v1', '/apis/apps/v1'])
})

test('an object has its path by the name of its resource, and not by that of a part of it', () => {
  assert.is(objectPath(SITE, RESOURCES), '/apis/apps/v1/namespaces/shop/deployments/site')
  assert.is(objectPath({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, [{ name: 'namespaces', kind: 'Namespace', namespaced: false }]), '/api/v1/namespaces/shop')
})

test('a kind of which the group knows nothing is a failure', () => {
  assert.is(throws(() => objectPath({ ...SITE, kind: 'Site' }, RESOURCES)).message, 'the API server knows no Site of apps/v1')
})

test('a secret is written out on the way to the API, at any depth, and nowhere else', () => {
  const object: Manifest = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'door' }, stringData: { password: new Secret('hunter2') }, list: [{ deep: new Secret('too') }] }
  assert.equal(JSON.parse(body(object)), { ...object, stringData: { password: 'hunter2' }, list: [{ deep: 'too' }] })
  assert.not.match(JSON.stringify(object), 'hunter2')
})

test.run()
