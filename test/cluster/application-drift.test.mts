import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { holds } from '../../lib/engine/want.mts'
import { drift, none, parseDrift } from '../../lib/cluster/application-drift.mts'
import { application, declaredApplication } from './application.mts'
import { fakeKube } from './fake.mts'
import type { Declared } from '../../lib/cluster/gitops.mts'
import type { Manifest } from '../../lib/cluster/manifest.mts'

const test = suite('application drift')
const SETTINGS: Manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'argocd-cm', namespace: 'argocd' }, data: { 'exec.enabled': 'false' } }
const PROJECT = { metadata: { namespace: 'argocd', name: 'default' }, spec: { clusterResourceWhitelist: [{ group: '*', kind: '*' }], destinations: [{ namespace: '*', server: '*' }], sourceRepos: ['*'] } } as unknown as Manifest
const DECLARED = { applications: [declaredApplication('root'), declaredApplication('web')], settings: [SETTINGS] }
const LIVE = { applications: [application('root'), application('web')], projects: [PROJECT], sets: [], settings: [SETTINGS] }
const web = (changes: Parameters<typeof application>[1]) => ({ applications: [application('root'), application('web', changes)] })
const { spec } = application('web')
const [source, project] = [spec.source ?? { repoURL: '' }, PROJECT.spec as Record<string, unknown>]
const WINDOW = { kind: 'deny', schedule: '* * * * *', duration: '24h', applications: ['*'] }

test('what is as in Git is named, and what Argo CD itself marks is no difference', () => {
  const refreshed = web({ metadata: { annotations: { 'argocd.argoproj.io/sync-wave': '0', 'argocd.argoproj.io/refresh': 'normal', 'argocd.argoproj.io/tracking-id': 'root:…', 'kubectl.kubernetes.io/x': 'y' } } })
  const found = parseDrift(DECLARED, { ...LIVE, ...refreshed })
  assert.equal(found, { asInGit: ['root', 'web'], otherwise: [] })
  assert.ok(holds(none, found))
})

const CASES: readonly (readonly [string, Partial<typeof LIVE>, string])[] = [
  ['an Application that Git does not have', { applications: [...LIVE.applications, application('extra')] }, 'Application argocd/extra is in the cluster, and not in Git'],
  ['one in another namespace', { applications: [...LIVE.applications, application('web', { metadata: { namespace: 'shop' } })] }, 'Application shop/web is in the cluster, and not in Git'],
  ['one that is gone', { applications: [application('root')] }, 'Application argocd/web is in Git, and not in the cluster'],
  ['another folder', web({ spec: { source: { ...source, path: 'gitops/other' } } }), 'Application web: spec.source.path is "gitops/other", in Git "gitops/web"'],
  ['another branch', web({ spec: { source: { ...source, targetRevision: 'drill' } } }), 'Application web: spec.source.targetRevision is "drill", in Git "main"'],
  ['differences that are ignored', web({ spec: { ignoreDifferences: [{ kind: 'Deployment', jsonPointers: ['/spec'] }] } as object }), 'Application web: spec.ignoreDifferences is [{"jsonPointers":["/spec"],"kind":"Deployment"}], in Git absent'],
  ['an option more', web({ spec: { syncPolicy: { ...spec.syncPolicy, syncOptions: ['ServerSideApply=true', 'Prune=false'] } as object } }), 'Application web: spec.syncPolicy.syncOptions is ["ServerSideApply=true","Prune=false"], in Git ["ServerSideApply=true"]'],
  ['a pause', web({ metadata: { annotations: { 'argocd.argoproj.io/sync-wave': '0', 'argocd.argoproj.io/skip-reconcile': 'true' } } }), 'Application web: annotations.argocd.argoproj.io/skip-reconcile is "true", in Git absent'],
  ['a finalizer', web({ metadata: { finalizers: ['resources-finalizer.argocd.argoproj.io'] } }), 'Application web: finalizers is ["resources-finalizer.argocd.argoproj.io"], in Git []'],
  ['a window that denies', { projects: [{ ...PROJECT, spec: { ...project, syncWindows: [WINDOW] } }] }, `AppProject default: syncWindows is ${JSON.stringify([{ applications: ['*'], duration: '24h', kind: 'deny', schedule: '* * * * *' }]).slice(0, 80)}, in Git absent`],
  ['a second project', { projects: [PROJECT, { ...PROJECT, metadata: { namespace: 'argocd', name: 'shop' } }] }, 'AppProject argocd/shop is in the cluster, and not in Git'],
  ['an ApplicationSet', { sets: [{ ...PROJECT, metadata: { namespace: 'argocd', name: 'all' } }] as never[] }, 'ApplicationSet argocd/all is in the cluster, and not in Git'],
  ['a setting of Argo CD\'s own', { settings: [{ ...SETTINGS, data: { 'exec.enabled': 'true' } }] }, 'ConfigMap argocd-cm: exec.enabled is "true", in Git "false"'],
  ['a setting that is not in Git', { settings: [{ ...SETTINGS, data: { 'exec.enabled': 'false', 'resource.exclusions': '- kinds: [Service]' } }] }, 'ConfigMap argocd-cm: resource.exclusions is "- kinds: [Service]", in Git absent'],
]

for (const [what, change, expected] of CASES) {
  test(`${what} is red`, () => {
    const found = parseDrift(DECLARED, { ...LIVE, ...change })
    assert.equal(found.otherwise, [expected])
    assert.not.ok(holds(none, found))
  })
}

test('whether it syncs by itself is not told here', () => {
  assert.equal(parseDrift(DECLARED, { ...LIVE, ...web({ spec: { syncPolicy: { syncOptions: ['ServerSideApply=true'] } as object } }) }).otherwise, [])
})

test('every namespace is looked at', async () => {
  const api = '/apis/argoproj.io/v1alpha1'
  const { kube } = fakeKube({ [`${api}/applications`]: LIVE.applications, [`${api}/appprojects`]: LIVE.projects, [`${api}/applicationsets`]: [], '/api/v1/namespaces/argocd/configmaps': LIVE.settings })
  assert.equal(await drift(kube, async () => DECLARED as unknown as Declared)(), { asInGit: ['root', 'web'], otherwise: [] })
})

test.run()
