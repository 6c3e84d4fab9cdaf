import type { Metadata } from './manifest.mts'

/** Where an Application reads what it is to be: a folder of a repository at a branch or tag, or a chart at a version. */
export type Source = { readonly repoURL: string, readonly targetRevision?: string, readonly path?: string, readonly chart?: string }

export type Condition = { readonly type: string, readonly message?: string }

type Part = {
  readonly kind: string
  readonly namespace?: string
  readonly name: string
  readonly status?: string
  readonly health?: { readonly status?: string, readonly message?: string }
}

/** An Application of Argo CD as the API tells of it, as far as this code looks at it. */
export type Application = {
  readonly metadata: Metadata & { readonly finalizers?: readonly string[] }
  readonly spec: {
    readonly source?: Source
    readonly sources?: readonly Source[]
    readonly destination?: { readonly namespace?: string }
    readonly syncPolicy?: {
      readonly automated?: { readonly enabled?: boolean, readonly prune?: boolean, readonly selfHeal?: boolean }
    }
  }
  readonly status?: {
    readonly sync?: {
      readonly status?: string
      readonly revision?: string
      readonly revisions?: readonly string[]
      readonly comparedTo?: { readonly source?: Source, readonly sources?: readonly Source[] }
    }
    readonly health?: { readonly status?: string, readonly message?: string }
    readonly reconciledAt?: string
    readonly operationState?: { readonly phase: string, readonly message?: string, readonly startedAt?: string, readonly syncResult?: { readonly revision?: string } }
    readonly conditions?: readonly Condition[]
    readonly resources?: readonly Part[]
  }
}

/** What an Application is measured by: what Git names as its source, where its branch is, and how old a reading may be. */
export type Measure = {
  readonly spec: Application['spec']
  /** The commit of a source that follows a branch of our own repository; nothing for one that is pinned. */
  readonly commitOf: (source: Source) => string | 'no such branch' | undefined
  /** The API server's clock, in milliseconds, and the seconds after which Argo CD has to have looked again. */
  readonly now: number
  readonly patience: number
}

const SHOWN = 200
// What a source is compared by; what else stands in it is in the whole of the spec.
const NAMED = ['repoURL', 'path', 'chart', 'targetRevision'] as const

/** Its sources, however many it has. */
export function sourcesOf({ source, sources }: Pick<Application['spec'], 'source' | 'sources'>): readonly Source[] {
  return sources ?? (source ? [source] : [])
}

/** The revision of each of its sources that Argo CD compared with last. */
export function revisionsOf({ status }: Application): readonly string[] {
  const { revision, revisions } = status?.sync ?? {}
  return revisions ?? (revision ? [revision] : [])
}

/** Where it stands, in a few words: `1a2b3c4 of main`, `v0.93.1`. */
export function standing(application: Application): string {
  return sourcesOf(application.spec).map(({ targetRevision = 'HEAD' }, index) => {
    const revision = revisionsOf(application)[index] ?? 'nothing'
    return revision === targetRevision ? revision : `${short(revision)} of ${targetRevision}`
  }).join(', ')
}

/** What is wrong with it, worst first; nothing where it is synced with what Git names, healthy, and lately looked at. */
export function trouble(application: Application, { spec, commitOf, now, patience }: Measure): string[] {
  const { metadata, status } = application
  if (status?.sync === undefined) return ['Argo CD has not looked at it yet']
  const { sync, health, conditions = [], operationState: operation, reconciledAt = '' } = status
  const age = Math.round((now - Date.parse(reconciledAt)) / 1000)
  const [synced, healthy] = [sync.status === 'Synced', health?.status === 'Healthy']
  return [
    ...(synced ? [] : [sync.status ?? 'never synced']),
    ...(healthy ? [] : [said(health?.status ?? 'of unknown health', health?.message)]),
    ...elsewhere(application, sourcesOf(spec), commitOf),
    ...(operation && operation.phase !== 'Succeeded' ? [said(`last sync ${operation.phase}`, operation.message)] : []),
    ...conditions.map(({ type, message }) => said(type, message)),
    ...(synced && healthy ? [] : firstBad(application)),
    // A status that nobody renews says nothing of today.
    ...(age <= patience ? [] : [reconciledAt === '' ? 'never looked at' : `last looked at ${age} s ago`]),
    ...(metadata.deletionTimestamp === undefined ? [] : ['being deleted']),
  ]
}

function elsewhere(application: Application, wanted: readonly Source[], commitOf: Measure['commitOf']): string[] {
  const compared = sourcesOf(application.status?.sync?.comparedTo ?? {})
  const revisions = revisionsOf(application)
  return wanted.flatMap((source, index) => {
    const [found, revision = ''] = [compared[index], revisions[index]]
    if (NAMED.some(name => found?.[name] !== source[name])) return [`compared with ${found ? named(found) : 'nothing'}, and Git names ${named(source)}`]
    const commit = source.chart === undefined ? commitOf(source) : source.targetRevision
    if (commit === undefined ? /^[0-9a-f]{40,64}$/.test(revision) : revision === commit) return []
    const wish = source.chart === undefined ? `${source.targetRevision ?? 'HEAD'} is ${short(commit ?? 'a commit')}` : `Git names ${source.targetRevision ?? 'none'}`
    return [`at ${short(revision) || 'nothing'}, and ${wish}`]
  })
}

/** The first of its objects that is not as it should be, and how many more there are. */
function firstBad({ status }: Application): string[] {
  const bad = (status?.resources ?? []).filter(({ status, health }) => (status ?? 'Synced') !== 'Synced' || (health?.status ?? 'Healthy') !== 'Healthy')
  return bad.slice(0, 1).map(({ kind, namespace, name, status, health }) => {
    const words = [status !== 'Synced' && status, health?.status !== 'Healthy' && health?.status].filter(Boolean).join(', ')
    return said(`${kind} ${namespace ? `${namespace}/` : ''}${name} ${words}${bad.length > 1 ? ` and ${bad.length - 1} more` : ''}`, health?.message)
  })
}

function named({ repoURL, path, chart, targetRevision = 'HEAD' }: Source): string {
  return `${chart ?? path ?? '.'} of ${repoURL} at ${targetRevision}`
}

/** A commit as people write it; whatever else it is, unchanged. */
export function short(revision: string): string {
  return /^[0-9a-f]{40,64}$/.test(revision) ? revision.slice(0, 7) : revision
}

function said(what: string, message = ''): string {
  const first = message.trim().split('\n')[0] ?? ''
  return first === '' ? what : `${what}: ${first.slice(0, SHOWN)}`
}
