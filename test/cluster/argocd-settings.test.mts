import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { namespace } from '../../lib/cluster/argocd-namespace.mts'
import { root } from '../../lib/cluster/argocd-root.mts'
import { settings } from '../../lib/cluster/argocd-settings.mts'
import { holds } from '../../lib/engine/want.mts'
import { rejects } from '../rejects.mts'
import { fakeKube } from './fake.mts'
import type { State } from '../../lib/engine/claim.mts'
import type { Declared } from '../../lib/cluster/gitops.mts'
import type { Manifest } from '../../lib/cluster/manifest.mts'

const test = suite('argocd settings')
const map = (name: string): Manifest => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'argocd', name }, data: { a: 'b' } })
const NAMES = ['argocd-cm', 'argocd-cmd-params-cm', 'argocd-rbac-cm']
const ROOT: Manifest = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { namespace: 'argocd', name: 'root' }, spec: { project: 'default' } }
const inGit = (names = NAMES, first = ROOT) => async (): Promise<Declared> => ({ head: 'a', applications: [first], files: ['gitops/root.yaml'], settings: names.map(map), canary: { host: '', page: '' } })

async function after<T>(state: State<T>): Promise<boolean> {
  const found = await state.read()
  const ok = holds(state.want, found)
  if (!ok) await state.act(found)
  return ok
}

test('absent settings are planted as Argo CD\'s own; those that are there are left alone, whatever they say', async () => {
  const { kube, done } = fakeKube({ 'ConfigMap argocd/argocd-cm': { ...map('argocd-cm'), data: { other: 'thing' } } })
  assert.not.ok(await after(settings(kube, inGit())))
  assert.equal(done, NAMES.slice(1).map(name => `apply ConfigMap argocd/${name} as argocd-controller`))
})

test('settings that Git lacks are told, and nothing is made up for them', async () => {
  const { kube, done } = fakeKube({ 'ConfigMap argocd/argocd-cm': map('argocd-cm') })
  assert.equal(await settings(kube, inGit(['argocd-cm'])).read(), { 'argocd-cm': 'there', 'argocd-cmd-params-cm': 'not in gitops/argocd', 'argocd-rbac-cm': 'not in gitops/argocd' })
  assert.equal(done, [])
})

test('the namespace takes only pods without privileges, and is made so', async () => {
  const labelled = (enforce: string) => ({ 'Namespace argocd': { metadata: { name: 'argocd', labels: { 'pod-security.kubernetes.io/enforce': enforce } }, status: { phase: 'Active' } } })
  const [right, wrong, none] = [fakeKube(labelled('restricted')), fakeKube(labelled('privileged')), fakeKube({})]
  assert.equal([await after(namespace(right.kube)), await after(namespace(wrong.kube)), await after(namespace(none.kube))], [true, false, false])
  assert.equal([right.done, wrong.done, none.done], [[], ['apply Namespace argocd', 'change Namespace argocd'], ['apply Namespace argocd', 'change Namespace argocd']])
})

test('the root is the one in Git, or is applied', async () => {
  const [same, other] = [fakeKube({ 'Application argocd/root': ROOT }), fakeKube({ 'Application argocd/root': { ...ROOT, spec: { project: 'open' } } })]
  assert.equal([await after(root(same.kube, inGit())), await after(root(other.kube, inGit()))], [true, false])
  assert.equal([same.done, other.done], [[], ['apply Application argocd/root']])
})

test('a root by another name, or elsewhere, is not applied', async () => {
  const { kube } = fakeKube({})
  const failure = await rejects(root(kube, inGit(NAMES, { ...ROOT, metadata: { namespace: 'shop', name: 'root' } })).read())
  assert.equal(failure.facts.found, 'shop/root')
})

test.run()
