import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { Failure } from '../engine/failure.mts'
import { ARGOCD } from './argocd-namespace.mts'
import type { Config } from '../engine/config.mts'
import type { Fact } from '../engine/claim.mts'
import type { Repository } from '../host/ssh-git.mts'
import type { Manifest } from './manifest.mts'

/** What the repository's `gitops/` says at the head of the branch that Argo CD follows. */
export type Declared = {
  readonly head: string
  /** The root first, then one for each file in `gitops/apps`, by the file's name. */
  readonly applications: readonly Manifest[]
  /** The file of each of those, in the same order. */
  readonly files: readonly string[]
  /** The ConfigMaps of `gitops/argocd`, which Argo CD is set up by. */
  readonly settings: readonly Manifest[]
  readonly canary: { readonly host: string, readonly page: string }
}

const ROOT = 'gitops/root.yaml'
const APPS = 'gitops/apps'
const SETTINGS = 'gitops/argocd'
const CANARY = 'gitops/canary'

/** What `gitops/` declares, read from the server and never from a working tree; read anew only once the branch has moved. */
export function declared(repository: Repository, config: Config): Fact<Declared> {
  let last: Declared | undefined
  return async () => {
    const head = await headOf(repository, config)
    if (last?.head !== head) last = await repository.clone(config.GITOPS_BRANCH, async clone => ({ ...readGitops(clone.folder), head: await clone.head() }))
    return last
  }
}

/** The commit of the branch that Argo CD follows; throws where there is no such branch. */
export async function headOf(repository: Repository, { GITOPS_BRANCH }: Config): Promise<string> {
  const heads = await repository.heads()
  const head = heads[GITOPS_BRANCH]
  if (head !== undefined) return head
  throw new Failure(`the repository has no branch ${GITOPS_BRANCH}`, { found: Object.keys(heads).join(', ') || 'no branch at all', next: 'push it, or set GITOPS_BRANCH in .env' })
}

/** The same from a folder with a checked out `gitops/`; throws with the file that is absent or cannot be read. */
export function readGitops(folder: string): Omit<Declared, 'head'> {
  const files = [ROOT, ...yamlFiles(folder, APPS)]
  const applications = files.map(file => {
    const found = objectsOf(folder, file)
    const [application] = found
    if (application?.kind === 'Application' && found.length === 1) return application
    throw new Failure(`${file} is not one Application`, { found: found.map(({ kind }) => kind).join(', ') || 'nothing', next: 'docs/gitops.md' })
  })
  const settings = yamlFiles(folder, SETTINGS).flatMap(file => objectsOf(folder, file)).filter(({ kind }) => kind === 'ConfigMap')
    .map(object => ({ ...object, metadata: { ...object.metadata, namespace: ARGOCD } }))
  return { applications, files, settings, canary: readCanary(folder) }
}

/** What the canary is served as; nothing where the platform has none. */
function readCanary(folder: string): Declared['canary'] {
  const ingress = yamlFiles(folder, CANARY).flatMap(file => objectsOf(folder, file)).find(({ kind }) => kind === 'Ingress')
  const { rules = [] } = (ingress?.spec ?? {}) as { rules?: { host?: string }[] }
  const page = join(folder, CANARY, 'index.html')
  return { host: rules[0]?.host ?? '', page: existsSync(page) ? readFileSync(page, 'utf8') : '' }
}

function yamlFiles(folder: string, inside: string): string[] {
  if (!existsSync(join(folder, inside))) return []
  return readdirSync(join(folder, inside)).filter(name => /\.ya?ml$/.test(name)).sort().map(name => join(inside, name))
}

function objectsOf(folder: string, file: string): Manifest[] {
  if (!existsSync(join(folder, file))) throw new Failure(`${file} is not in the repository`, { next: 'push the platform there: docs/04-argocd.md#before' })
  return parseObjects(readFileSync(join(folder, file), 'utf8'), file)
}

/** The objects of a text in YAML; throws with the line of the first mistake. */
export function parseObjects(text: string, file: string): Manifest[] {
  const documents = parseAllDocuments(text)
  const [error] = 'empty' in documents ? [] : documents.flatMap(({ errors }) => errors)
  if (error) throw new Failure(`${file} is no YAML`, { found: error.message.split('\n')[0], next: `correct it, commit, push` })
  return ('empty' in documents ? [] : documents).map(document => document.toJS() as Manifest | null).filter(object => object !== null)
}
