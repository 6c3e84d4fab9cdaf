import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { declared, readGitops } from '../../lib/cluster/gitops.mts'
import { settings } from '../engine/stage.mts'
import { folder } from '../folder.mts'
import { rejects, throws } from '../rejects.mts'
import { ROOT } from '../groups.mts'
import type { Clone, Repository } from '../../lib/host/ssh-git.mts'

const test = suite('gitops')
const application = (name: string) => `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: ${name}\n  namespace: argocd\n`
const FILES = {
  'gitops/root.yaml': application('root'),
  'gitops/apps/README.md': 'a marker',
  'gitops/apps/web.yaml': application('web'),
  'gitops/apps/db.yaml': application('db'),
  'gitops/argocd/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: argocd-cm\ndata:\n  url: here\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: ui\n',
  'gitops/canary/ingress.yaml': 'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: canary\nspec:\n  rules:\n    - host: canary.example\n',
  'gitops/canary/index.html': 'hello\n',
}

function place(files: Readonly<Record<string, string>>): string {
  const at = folder()
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(at, file)), { recursive: true })
    writeFileSync(join(at, file), text)
  }
  return at
}

/** A repository at this head, that counts its clones. */
function at(heads: Record<string, string>, where: string): { repository: Repository, clones: () => number } {
  let clones = 0
  const clone = { folder: where, head: async () => heads.main ?? '' } as Clone
  return {
    clones: () => clones,
    repository: { url: '', heads: async () => heads, clone: async (_branch, use) => { clones += 1; return use(clone) }, rights: async () => ({ reads: 'yes', writes: 'refused' }) },
  }
}

test('root comes first, then each file in apps by name; settings are the ConfigMaps, in Argo CD\'s namespace', () => {
  const { applications, files, settings: planted, canary } = readGitops(place(FILES))
  assert.equal(applications.map(({ metadata }) => metadata.name), ['root', 'db', 'web'])
  assert.equal(files, ['gitops/root.yaml', 'gitops/apps/db.yaml', 'gitops/apps/web.yaml'])
  assert.equal(planted.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`), ['ConfigMap argocd/argocd-cm'])
  assert.equal(canary, { host: 'canary.example', page: 'hello\n' })
})

test('this repository\'s own gitops/ is read', () => {
  const { applications, settings: planted, canary } = readGitops(ROOT)
  assert.ok(applications.length > 1 && planted.length > 0 && canary.page !== '' && canary.host !== '')
})

test('what cannot be read is told by its file', () => {
  const { 'gitops/root.yaml': root, ...others } = FILES
  assert.is(throws(() => readGitops(place(others))).message, 'gitops/root.yaml is not in the repository')
  assert.is(throws(() => readGitops(place({ ...others, 'gitops/root.yaml': `${root}: :\n x` }))).message, 'gitops/root.yaml is no YAML')
  assert.match(throws(() => readGitops(place({ ...FILES, 'gitops/apps/web.yaml': 'kind: Service\nmetadata: {}\n' }))).message, 'gitops/apps/web.yaml is not one Application')
  assert.match(throws(() => readGitops(place({ ...FILES, 'gitops/apps/web.yaml': '' }))).message, 'gitops/apps/web.yaml is not one Application')
})

test('it is read anew once the branch has moved, and not before', async () => {
  const heads = { main: 'a' }
  const { repository, clones } = at(heads, place(FILES))
  const fact = declared(repository, settings())
  assert.equal([(await fact()).head, (await fact()).head, clones()], ['a', 'a', 1])
  heads.main = 'b'
  assert.equal([(await fact()).head, clones()], ['b', 2])
})

test('a repository without the branch is told, with the branches it has', async () => {
  const failure = await rejects(declared(at({ trunk: 'a' }, place(FILES)).repository, settings())())
  assert.equal([failure.message, failure.facts.found], ['the repository has no branch main', 'trunk'])
})

test.run()
