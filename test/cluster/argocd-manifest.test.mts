import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { OF_GIT, OF_OTHERS, rendered } from '../../lib/cluster/argocd-manifest.mts'
import { parseObjects } from '../../lib/cluster/gitops.mts'
import { ROOT } from '../groups.mts'
import type { Manifest } from '../../lib/cluster/manifest.mts'

const test = suite('argocd manifest')
const text = readFileSync(join(import.meta.dirname, '../fixtures/argocd/install.yaml'), 'utf8')
const objects = rendered(text)
const named = ({ kind, metadata: { name } }: Manifest) => `${kind} ${name}`

test('nothing is left of Dex, and of nothing that another owns', () => {
  assert.equal(objects.map(named).filter(name => /dex|NetworkPolicy/.test(name) || [...OF_GIT, ...OF_OTHERS].includes(name)), [])
  assert.equal([...OF_GIT, ...OF_OTHERS].filter(name => !parseObjects(text, 'install').map(named).includes(name)), [], 'and the makers have each of them')
})

test('what is installed and what gitops/argocd has share no object', () => {
  const folder = join(ROOT, 'gitops/argocd')
  const ofGit = readdirSync(folder).filter(file => file.endsWith('.yaml') && file !== 'kustomization.yaml').flatMap(file => parseObjects(readFileSync(join(folder, file), 'utf8'), file)).map(named)
  assert.ok(ofGit.length > 3)
  assert.equal(objects.map(named).filter(name => ofGit.includes(name)), [])
  assert.equal(OF_GIT.filter(name => !ofGit.includes(name)), [], 'what is left out for Git, Git has')
})

test('everything but what is the cluster\'s own is in the namespace', () => {
  assert.equal([...new Set(objects.filter(({ metadata }) => metadata.namespace !== 'argocd').map(({ kind }) => kind))], ['CustomResourceDefinition', 'ClusterRole', 'ClusterRoleBinding'])
})

test('definitions come first, then who may what, and what runs comes last', () => {
  assert.equal([...new Set(objects.map(({ kind }) => kind))], ['CustomResourceDefinition', 'ServiceAccount', 'Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding', 'ConfigMap', 'Secret', 'Service', 'Deployment', 'StatefulSet'])
})

test('one of each is started, and no image is asked of a registry that is there already', () => {
  const running = objects.filter(({ kind }) => /^(Deployment|StatefulSet)$/.test(kind))
  assert.equal(running.map(named), ['Deployment argocd-applicationset-controller', 'Deployment argocd-notifications-controller', 'Deployment argocd-redis', 'Deployment argocd-repo-server', 'Deployment argocd-server', 'StatefulSet argocd-application-controller'])
  assert.equal(running.map(({ spec }) => (spec as { replicas: number }).replicas), [1, 1, 1, 1, 1, 1])
  assert.not.match(JSON.stringify(running), /"imagePullPolicy":"Always"|latest/)
})

test.run()
