import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { admins, declared, parseAdmins, type Access } from '../../lib/cluster/bindings.mts'
import { fakeKube } from './fake.mts'
import { recording } from './recorded.mts'

const test = suite('bindings')
const MASTERS = 'Group system:masters by cluster-admin'
const NOBODY: Access = { clusterRoles: [], roles: [], clusterRoleBindings: [], roleBindings: [] }
const someone = { kind: 'User', name: 'eve' }
const binding = (name: string, role: string, subjects = [someone], kind = 'ClusterRole') => ({ metadata: { name }, roleRef: { kind, name: role }, subjects })

test('a cluster as it comes binds nobody but those who are declared', async () => {
  const lists = Object.fromEntries(['clusterroles', 'roles', 'clusterrolebindings', 'rolebindings'].map(name => [`/apis/rbac.authorization.k8s.io/v1/${name}`, recording(name)]))
  const found = await admins(fakeKube(lists).kube)()
  assert.equal(found, [MASTERS])
  assert.ok(declared().matches(found))
})

test('somebody bound to cluster-admin is told, by a binding of any name', () => {
  assert.equal(parseAdmins({ ...NOBODY, clusterRoleBindings: [binding('harmless', 'cluster-admin')] }), ['User eve by harmless'])
})

test('a role that may do everything is told by its own name', () => {
  const clusterRoles = [{ metadata: { name: 'viewer' }, rules: [{ resources: ['*'], verbs: ['*'] }] }, { metadata: { name: 'reader' }, rules: [{ resources: ['*'], verbs: ['get'] }] }]
  assert.equal(parseAdmins({ ...NOBODY, clusterRoles, clusterRoleBindings: [binding('one', 'viewer'), binding('two', 'reader')] }), ['User eve by one as viewer'])
})

test('who may do everything in a namespace is told with it', () => {
  const roles = [{ metadata: { namespace: 'kube-system', name: 'all' }, rules: [{ resources: ['*'], verbs: ['*'] }] }]
  const roleBindings = [{ ...binding('b', 'all', [{ ...someone, kind: 'ServiceAccount' }], 'Role'), metadata: { namespace: 'kube-system', name: 'b' } }]
  assert.equal(parseAdmins({ ...NOBODY, roles, roleBindings }), ['ServiceAccount eve by kube-system/b as kube-system/all'])
})

test('a role of the same name in another namespace is another role', () => {
  const roles = [{ metadata: { namespace: 'kube-system', name: 'all' }, rules: [{ resources: ['*'], verbs: ['*'] }] }]
  assert.equal(parseAdmins({ ...NOBODY, roles, roleBindings: [{ ...binding('b', 'all', [someone], 'Role'), metadata: { namespace: 'shop', name: 'b' } }] }), [])
})

test('the masters must be there, K3s\' Helm jobs may, and nobody else', () => {
  const helm = 'ServiceAccount kube-system/helm-traefik by helm-kube-system-traefik'
  const { matches } = declared()
  assert.equal([[MASTERS], [MASTERS, helm], [helm], [MASTERS, 'User eve by harmless']].map(matches), [true, true, false, false])
})

test('who is declared beside has to be there', () => {
  const argocd = 'ServiceAccount argocd/controller by argocd as argocd'
  assert.equal([[MASTERS], [MASTERS, argocd]].map(declared(argocd).matches), [false, true])
})

test.run()
