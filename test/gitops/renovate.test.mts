import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ROOT } from '../groups.mts'
import { files, text } from '../sources.mts'

const test = suite('renovate.json')

type Manager = { readonly managerFilePatterns: readonly string[] }
type Renovate = Record<'argocd' | 'kubernetes' | 'kustomize', Manager> & {
  readonly customManagers: readonly [Manager & { readonly matchStrings: readonly [string] }]
  readonly packageRules: readonly { readonly matchPackageNames?: readonly string[], readonly versioning?: string, readonly matchCurrentValue?: string }[]
}

const RENOVATE = JSON.parse(readFileSync(join(ROOT, 'renovate.json'), 'utf8')) as Renovate
const YAML = files(['gitops'], '.yaml')

/** The files of gitops/ that a manager reads. */
function read({ managerFilePatterns }: Manager): string[] {
  return YAML.filter(file => managerFilePatterns.some(pattern => new RegExp(pattern.replace(/^\/|\/$/g, '')).test(file)))
}

test('every YAML of gitops/ is read by exactly one manager', () => {
  const { argocd, kubernetes, kustomize } = RENOVATE
  assert.equal([...read(argocd), ...read(kubernetes), ...read(kustomize)].sort(), YAML)
})

test('Applications are read as such, and kustomizations too', () => {
  assert.equal(read(RENOVATE.argocd), YAML.filter(file => /^gitops\/(root|apps\/.*)\.yaml$/.test(file)))
  assert.equal(read(RENOVATE.kustomize), YAML.filter(file => file.endsWith('/kustomization.yaml')))
})

test('every version of versions.yaml is read, with where it comes from', () => {
  const [{ matchStrings: [pattern] }] = RENOVATE.customManagers
  const found = [...text('versions.yaml').matchAll(new RegExp(pattern, 'g'))].map(({ groups }) => groups?.currentValue)
  assert.equal(found, [...text('versions.yaml').matchAll(/^\s+version: (\S+)/gm)].map(([, version]) => version))
  assert.ok(found.length > 0)
})

test('the versioning of K3s tells its pinned version\'s parts', () => {
  const { versioning = '' } = RENOVATE.packageRules.find(({ matchPackageNames }) => matchPackageNames?.includes('k3s-io/k3s')) ?? {}
  const [, version = ''] = /^k3s:[\s\S]*?^\s+version: (\S+)/m.exec(text('versions.yaml')) ?? []
  assert.ok(new RegExp(versioning.replace(/^regex:/, '')).test(version), version)
})

test('every branch that an Application follows is left alone, and no version is', () => {
  const { matchCurrentValue = '' } = RENOVATE.packageRules.find(rule => rule.matchCurrentValue) ?? {}
  const branch = new RegExp(matchCurrentValue.replace(/^\/|\/$/g, ''))
  const revisions = read(RENOVATE.argocd).map(file => /targetRevision: (\S+)/.exec(text(file))?.[1] ?? '')
  assert.equal(revisions.filter(revision => !branch.test(revision)), ['v0.93.1'])
})

test.run()
