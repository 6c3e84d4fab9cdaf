import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { exampleConfig } from '../../lib/engine/config.mts'
import { readGitops } from '../../lib/cluster/gitops.mts'
import { sourceProblems } from '../../lib/cluster/source.mts'
import { plainSecrets } from '../../lib/secrets/plain-secret.mts'
import { ROOT } from '../groups.mts'
import { rendered } from './kustomization.mts'
import { violations } from './policy.mts'

type Spec = {
  readonly project: string
  readonly source: { readonly repoURL: string, readonly path?: string }
  readonly destination: { readonly namespace: string }
  readonly syncPolicy: { readonly automated: unknown, readonly syncOptions: readonly string[], readonly retry: { readonly limit: number, readonly refresh: boolean } }
}

const PLATFORM = process.env.PLATFORM_DIR ?? ROOT
const GITOPS = join(PLATFORM, 'gitops')
const test = suite('gitops')

const { files, applications } = readGitops(PLATFORM)
const specs = applications.map(({ spec }) => spec as Spec)
const own = specs[0]?.source.repoURL ?? ''
const folders = readdirSync(GITOPS, { withFileTypes: true }).filter(entry => entry.isDirectory() && entry.name !== 'apps').map(({ name }) => name)

for (const folder of folders) {
  test(`${folder} breaks no rule`, () => {
    assert.equal(violations(rendered(join(GITOPS, folder))), [])
  })
}

test('every folder has its Application, and every Application of this repository its folder', () => {
  const here = applications.filter((_, index) => index > 0 && specs[index]?.source.repoURL === own).map(({ metadata }) => metadata.name)
  assert.equal(here.sort(), folders.sort())
})

test('every Application is called like its file, and reads its folder here or a fixed version elsewhere', () => {
  const config = { ...exampleConfig(), GITOPS_URL: own, GITOPS_BRANCH: 'main' }
  assert.equal(applications.flatMap((application, index) => sourceProblems(application, files[index] ?? '', config)), [])
})

test('every Application syncs, prunes, heals and tries again by itself, and applies on the server\'s side', () => {
  const settings = specs.map(({ project, syncPolicy: { automated, retry, syncOptions } }) => ({ project, automated, limit: retry.limit, refresh: retry.refresh, serverSide: syncOptions.includes('ServerSideApply=true') }))
  assert.equal(settings, specs.map(() => ({ project: 'default', automated: { prune: true, selfHeal: true }, limit: -1, refresh: true, serverSide: true })))
})

test('every Application but the root has its wave, as text', () => {
  const waves = applications.map(({ metadata }) => metadata.annotations?.['argocd.argoproj.io/sync-wave'])
  assert.is(waves.shift(), undefined)
  assert.equal(waves.filter(wave => typeof wave !== 'string' || !/^\d+$/.test(wave)), [])
})

test('an app\'s namespace has its name, or its line says why not', () => {
  const others = files.filter((file, index) => index > 0 && specs[index]?.destination.namespace !== basename(file, '.yaml'))
  assert.equal(others.filter(file => !/^ {4}namespace: \S+ # \S/m.test(readFileSync(join(PLATFORM, file), 'utf8'))), [])
})

test('the canary alone follows the branch of the drills', () => {
  assert.equal(files.filter(file => /targetRevision: drill$/m.test(readFileSync(join(PLATFORM, file), 'utf8'))), ['gitops/apps/canary.yaml'])
})

test('the folder of the Applications is there without any', () => {
  assert.ok(existsSync(join(GITOPS, 'apps/README.md')))
})

test('every file of a folder is named in its kustomization, and nothing in it looks like a secret', () => {
  for (const folder of folders) {
    const text = readFileSync(join(GITOPS, folder, 'kustomization.yaml'), 'utf8')
    for (const file of readdirSync(join(GITOPS, folder)).filter(name => name !== 'kustomization.yaml')) {
      assert.ok(text.includes(`- ${file}\n`), `${folder}/${file}`)
      assert.equal(plainSecrets(readFileSync(join(GITOPS, folder, file), 'utf8')), [], `${folder}/${file}`)
    }
  }
})

test.run()
