import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { installed } from '../../lib/cluster/argocd-installed.mts'
import { Failure } from '../../lib/engine/failure.mts'
import { holds } from '../../lib/engine/want.mts'
import { fakeKube } from './fake.mts'
import type { Manifest } from '../../lib/cluster/manifest.mts'

const test = suite('argocd installed')
const RBAC = '/apis/rbac.authorization.k8s.io/v1'
const SERVER: Manifest = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace: 'argocd', name: 'argocd-server' }, spec: { replicas: 1 } }
const ACCOUNT: Manifest = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: 'argocd', name: 'argocd-server' } }
const here = (kind: string, group: string) => `${group}/namespaces/argocd/${kind}`
const EMPTY = {
  ...Object.fromEntries(['deployments', 'statefulsets', 'daemonsets', 'replicasets'].map(kind => [here(kind, '/apis/apps/v1'), []])),
  ...Object.fromEntries(['jobs', 'cronjobs'].map(kind => [here(kind, '/apis/batch/v1'), []])),
  ...Object.fromEntries(['pods', 'serviceaccounts'].map(kind => [here(kind, '/api/v1'), []])),
  ...Object.fromEntries(['roles', 'rolebindings'].map(kind => [here(kind, RBAC), []])),
  ...Object.fromEntries(['clusterroles', 'clusterrolebindings', 'rolebindings'].map(kind => [`${RBAC}/${kind}`, []])),
}
const LIVE = {
  'Deployment argocd/argocd-server': SERVER, 'ServiceAccount argocd/argocd-server': ACCOUNT,
  [here('deployments', '/apis/apps/v1')]: [SERVER],
  [here('serviceaccounts', '/api/v1')]: [ACCOUNT, { metadata: { namespace: 'argocd', name: 'default' } }],
}

async function at(paths: object): Promise<{ ok: boolean, differs: readonly string[], extra: readonly string[], done: string[] }> {
  const { kube, done } = fakeKube({ ...EMPTY, ...LIVE, ...paths })
  const state = installed({ ...kube, rehearsed: async object => object }, async () => [ACCOUNT, SERVER])
  const found = await state.read()
  const ok = holds(state.want, found)
  if (!ok) await state.act(found)
  return { ok, differs: found.differs, extra: found.extra, done }
}

test('what the manifest has is there, and nothing is written', async () => assert.equal(await at({}), { ok: true, differs: [], extra: [], done: [] }))

test('what is absent or changed is applied, in order, and nothing else', async () => {
  const { differs, done } = await at({ 'Deployment argocd/argocd-server': { ...SERVER, spec: { replicas: 0 } } })
  assert.equal([differs, done], [['Deployment argocd/argocd-server: spec.replicas'], ['apply Deployment argocd/argocd-server']])
  assert.equal((await at({ 'Deployment argocd/argocd-server': undefined, 'ServiceAccount argocd/argocd-server': undefined })).done, ['apply ServiceAccount argocd/argocd-server', 'apply Deployment argocd/argocd-server'])
})

test('where somebody else holds a field nothing is taken from him, and the rest is mended', async () => {
  const { kube, done } = fakeKube({ ...EMPTY, ...LIVE, 'ServiceAccount argocd/argocd-server': undefined })
  const held = async (): Promise<Manifest> => { throw new Failure('was not applied', { found: 'Apply failed with 1 conflict: conflict with "kubectl-edit": .spec.replicas' }) }
  const state = installed({ ...kube, rehearsed: held }, async () => [ACCOUNT, SERVER])
  const found = await state.read()
  await state.act(found)
  assert.equal([found.differs.length, done], [2, ['apply ServiceAccount argocd/argocd-server']])
})

test('another workload, account or pod in the namespace is told, and left alone', async () => {
  const strange = (name: string, more = {}) => ({ metadata: { namespace: 'argocd', name, ...more } })
  const { ok, extra, done } = await at({
    [here('pods', '/api/v1')]: [strange('argocd-server-abc-1', { ownerReferences: [{ kind: 'ReplicaSet', name: 'argocd-server-abc' }] }), strange('shell')],
    [here('cronjobs', '/apis/batch/v1')]: [strange('miner')], [here('serviceaccounts', '/api/v1')]: [ACCOUNT, strange('eve'), strange('default')],
  })
  assert.equal([ok, extra, done], [false, ['CronJob argocd/miner', 'Pod argocd/shell', 'ServiceAccount argocd/eve'], []])
})

test('a binding anywhere for an account of Argo CD\'s namespace is told, and a role that says it is part of it', async () => {
  const subjects = [{ kind: 'ServiceAccount', name: 'default', namespace: 'argocd' }]
  const { extra } = await at({
    [`${RBAC}/clusterrolebindings`]: [{ metadata: { name: 'backdoor' }, subjects }, { metadata: { name: 'others' }, subjects: [{ kind: 'User', name: 'x' }] }],
    [`${RBAC}/rolebindings`]: [{ metadata: { namespace: 'shop', name: 'door' }, subjects }],
    [`${RBAC}/clusterroles`]: [{ metadata: { name: 'argocd-more', labels: { 'app.kubernetes.io/part-of': 'argocd' } } }],
  })
  assert.equal(extra, ['ClusterRole argocd-more', 'ClusterRoleBinding backdoor', 'RoleBinding shop/door'])
})

test('what Argo CD applied from Git is Git\'s', async () => {
  const { ok } = await at({ [here('cronjobs', '/apis/batch/v1')]: [{ metadata: { namespace: 'argocd', name: 'export', annotations: { 'argocd.argoproj.io/tracking-id': 'argocd:batch/CronJob:argocd/export' } } }] })
  assert.ok(ok)
})

test.run()
