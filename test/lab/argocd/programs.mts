import { execFile } from 'node:child_process'
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { contentKey, FINISHED, kept } from '../k3s/kept.mts'
import { go } from '../k3s/parts.mts'

/** The version of Argo CD that the lab has. */
export const VERSION = 'v3.5.3'

/** A program out of a Go module that has replacements of its own, which `go install` would refuse. */
export type Program = {
  readonly module: string
  readonly version: string
  /** The package of the program, from the module on. */
  readonly main: string
  /** What its makers set when they link it. */
  readonly variables: Readonly<Record<string, string>>
  /** The version of a module that the makers have in a folder beside, and that their module comes without. */
  readonly beside?: readonly [module: string, version: string]
}

// Of the same commit as the version: the makers publish it without a number of its own.
const ENGINE = ['github.com/argoproj/argo-cd/gitops-engine', 'v0.0.0-20260914071520-c9c369efcc5b'] as const
const COMMON = 'github.com/argoproj/argo-cd/v3/common'

/** Argo CD, and what it renders with, in the versions that its own image has. */
export const PROGRAMS = {
  argocd: {
    module: 'github.com/argoproj/argo-cd/v3', version: VERSION, main: '/cmd', beside: ENGINE,
    variables: { [`${COMMON}.version`]: VERSION.slice(1), [`${COMMON}.gitCommit`]: ENGINE[1].split('-').at(-1) ?? '', [`${COMMON}.gitTreeState`]: 'clean' },
  },
  helm: { module: 'helm.sh/helm/v4', version: 'v4.2.1', main: '/cmd/helm', variables: { 'helm.sh/helm/v4/internal/version.version': 'v4.2.1' } },
  kustomize: { module: 'sigs.k8s.io/kustomize/kustomize/v5', version: 'v5.8.1', main: '', variables: { 'sigs.k8s.io/kustomize/api/provenance.version': 'v5.8.1' } },
} as const satisfies Readonly<Record<string, Program>>

/** The folder with the finished program, built when it is not there. */
export async function program(name: keyof typeof PROGRAMS): Promise<string> {
  const { module, version, main, variables, ...rest }: Program = PROGRAMS[name]
  return kept(name, await contentKey([], PROGRAMS[name]), async out => {
    const source = await moduleFolder(module, version)
    const work = join(out, 'module')
    await mkdir(work)
    await writeFile(join(work, 'go.mod'), ownModule(await readFile(join(source, 'go.mod'), 'utf8'), { module, version, ...rest }))
    await writeFile(join(work, 'go.sum'), await readFile(join(source, 'go.sum')))
    const set = Object.entries(variables).map(([variable, value]) => `-X ${variable}=${value}`)
    await go(['-C', work, 'build', '-mod=mod', `-ldflags=${['-s', '-w', ...set].join(' ')}`, '-o', join(out, name), `${module}${main}`])
    await chmod(join(out, name), 0o755)
    await rm(work, { recursive: true })
  })
}

/** The folder of a module as its makers published it, held against Go's list of checksums. */
export async function moduleFolder(module: string, version: string): Promise<string> {
  // Where there is no go.mod that would take note of it.
  await go(['-C', FINISHED, 'mod', 'download', `${module}@${version}`])
  const { stdout } = await promisify(execFile)('go', ['env', 'GOMODCACHE'])
  return join(stdout.trim(), `${module}@${version}`)
}

/** A `go.mod` of our own that needs this module, and what its makers' says but for folders that they have and we have not. */
export function ownModule(theirs: string, { module, version, beside }: Pick<Program, 'module' | 'version' | 'beside'>): string {
  const lines = theirs.trimEnd().split('\n').filter(line => !/=> *\.\.?\//.test(line)).map(line => line.replace(/^module .*/, 'module lab'))
  return [...lines, `require ${module} ${version}`, ...(beside ? [`replace ${beside[0]} => ${beside.join(' ')}`] : []), ''].join('\n')
}
