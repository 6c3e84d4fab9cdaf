import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'

export const ROOT = join(import.meta.dirname, '..')

const STORIES = 'test/lab/stories/'

/** Every test file of the repository by its path in it, sorted. */
export function testFiles(): string[] {
  return readdirSync(join(ROOT, 'test'), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.test.mts'))
    .map(entry => relative(ROOT, join(entry.parentPath, entry.name))).sort()
}

// These start programs again and again: the tool, an editor, the official sops, a runbook.
const PROGRAMS = ['test/engine/main.test.mts', 'test/engine/session.test.mts', 'test/runbooks/pins.test.mts', 'test/secrets/docs.test.mts', 'test/secrets/edit.test.mts', 'test/secrets/interop.test.mts', 'test/secrets/tool.test.mts']

/** What needs nothing but this repository, and ends within seconds. */
export function unitFiles(): string[] {
  return testFiles().filter(file => !file.startsWith(STORIES) && file !== 'test/conventions.test.mts' && !PROGRAMS.includes(file))
}

/** What needs nothing but this repository and other programs, and takes its time. */
export function programFiles(): string[] {
  return PROGRAMS
}

// So many others take as long as the cluster takes to be built.
const MEANWHILE = 4

/** What needs a throwaway server: a file is a story, with a process and a lab of its own. Those with a cluster, and then those with Argo CD, wait for its build the least where they stand. */
export function storyFiles(): string[] {
  const files = testFiles().filter(file => file.startsWith(STORIES))
  const [k3s, argocd] = ['-k3s', '-argocd'].map(part => files.filter(file => file.includes(part)))
  const built = [...k3s ?? [], ...argocd ?? []]
  const others = files.filter(file => !built.includes(file))
  return [...others.slice(0, MEANWHILE), ...built, ...others.slice(MEANWHILE)]
}
