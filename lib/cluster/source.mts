import { argocdSecrets } from './argocd-secret.mts'
import { headOf, type Declared } from './gitops.mts'
import { DRILL_BRANCH } from '../host/branch.mts'
import { checkTree, type GateReport } from '../secrets/gate.mts'
import { anything, atLeast, type Want } from '../engine/want.mts'
import type { Config } from '../engine/config.mts'
import type { Fact, State } from '../engine/claim.mts'
import type { Repository, Rights } from '../host/ssh-git.mts'
import type { Manifest } from './manifest.mts'

export type Head = { readonly branch: string, readonly head: string }

/** The branch that Argo CD follows, and its commit, as the server with the pinned host key has it. */
export function head(repository: Repository, config: Config): Fact<Head> {
  return async () => ({ branch: config.GITOPS_BRANCH, head: await headOf(repository, config) })
}

/** What the key in `secrets/` may do there: whoever has it from the cluster must not be able to change what the cluster is made of. */
export function rights(repository: Repository, folder: string): Fact<Rights> {
  return async () => repository.rights((await argocdSecrets(folder)).key)
}

/** Reading alone. */
export const READS: Want<Rights> = { reads: 'yes', writes: 'refused' }

export type Sources = { readonly applications: readonly string[], readonly problems: readonly string[] }

/** The Applications in Git, and what is not as it should be with where they read from. */
export function sources(declared: Fact<Declared>, config: Config): Fact<Sources> {
  return async () => {
    const { applications, files } = await declared()
    return { applications: applications.map(({ metadata }) => metadata.name), problems: applications.flatMap((application, index) => sourceProblems(application, files[index] ?? '', config)) }
  }
}

/** The root and one more at least, and no problem. */
export const IN_ORDER: Want<Sources> = { applications: { wants: 'root, and others', matches: found => found[0] === 'root' && found.length > 1 }, problems: [] }

type Source = { readonly repoURL?: string, readonly targetRevision?: string, readonly path?: string, readonly chart?: string }
type Spec = { readonly source?: Source, readonly sources?: readonly Source[], readonly project?: string }

// What the drills commit to is followed by their own application alone.
const CANARY = 'canary'
// A commit, or a version of three numbers: neither a branch nor a range moves without a commit here.
const PINNED = /^([0-9a-f]{40}|v?\d+\.\d+\.\d+([-+.][A-Za-z0-9.+-]*)?)$/

/** What is wrong with an Application of this file: its name, its folder, or a source that is not pinned. */
export function sourceProblems({ metadata: { name }, spec }: Manifest, file: string, { GITOPS_URL, GITOPS_BRANCH }: Config): string[] {
  const wanted = file.replace(/^.*\/|\.ya?ml$/g, '')
  const { source, sources = source ? [source] : [] } = (spec ?? {}) as Spec
  const folder = name === 'root' ? 'gitops/apps' : `gitops/${name}`
  const found = sources.flatMap(({ repoURL = '', targetRevision = 'HEAD', path }) => {
    if (repoURL !== GITOPS_URL) return PINNED.test(targetRevision) ? [] : [`reads ${repoURL} at ${targetRevision}, which is no fixed version`]
    return [
      ...([GITOPS_BRANCH, ...(name === CANARY ? [DRILL_BRANCH] : [])].includes(targetRevision) ? [] : [`follows ${targetRevision}`]),
      ...(path === folder || path === undefined ? [] : [`reads ${path}, and not ${folder}`]),
    ]
  })
  return [...(name === wanted ? [] : [`is called ${name}`]), ...(sources.length === 0 ? ['has no source'] : []), ...found].map(what => `${file} ${what}`)
}

/** What the gate says of the repository as the server has it, and of its whole history. */
export function gate(repository: Repository, { GITOPS_BRANCH }: Config): Fact<GateReport> {
  return () => repository.clone(GITOPS_BRANCH, ({ folder }) => checkTree(folder))
}

/** Holds when nothing in it is in clear. */
export const CLEAN: Want<GateReport> = { files: atLeast(1), versions: atLeast(1), encrypted: anything(), problems: [] }

export type Branches = { readonly follows: string, readonly drill: string }

/** The branch of the drills, brought to where the branch is that Argo CD follows; what somebody committed there is gone then. */
export function drillBranch(repository: Repository, config: Config): State<Branches> {
  const { GITOPS_BRANCH } = config
  return {
    async read() {
      const { [GITOPS_BRANCH]: follows = 'absent', [DRILL_BRANCH]: drill = 'absent' } = await repository.heads()
      return { follows, drill }
    },
    want: { wants: `${DRILL_BRANCH} where ${GITOPS_BRANCH} is`, matches: found => found.follows !== 'absent' && found.drill === found.follows },
    act: () => repository.clone(GITOPS_BRANCH, clone => clone.push(DRILL_BRANCH)),
  }
}
