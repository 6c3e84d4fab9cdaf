import { standing, trouble, type Application, type Measure } from './application.mts'
import { ARGOCD } from './argocd-namespace.mts'
import { quiet } from './pods.mts'
import { longestSilence } from './reconciliation.mts'
import type { Fact } from '../engine/claim.mts'
import type { Want } from '../engine/want.mts'
import type { Repository } from '../host/ssh-git.mts'
import type { Declared } from './gitops.mts'
import type { Kube } from './kube.mts'

/** Where the API keeps every Application, whatever its namespace. */
export const APPLICATIONS = '/apis/argoproj.io/v1alpha1/applications'

export type Standing = {
  /** Where each Application stands that is synced with what Git has, and healthy. */
  readonly well: Readonly<Record<string, string>>
  /** The others, each with what is wrong. */
  readonly unwell: readonly string[]
}

/** How each Application that Git declares is, by Git's own heads and the API server's own clock. */
export function synced(kube: Kube, gitops: Fact<Declared>, repository: Repository): Fact<Standing> {
  return async () => {
    const [{ applications: declared, settings }, heads, live, now] = await Promise.all([gitops(), repository.heads(), kube.list<Application>(APPLICATIONS), kube.clock()])
    const measure = { commitOf: commitsOf(repository.url, heads), now, patience: longestSilence(settings) }
    const found = parseStanding(declared as unknown as readonly Application[], live, measure)
    return { ...found, unwell: await Promise.all(found.unwell.map(async ({ name, words, namespace }) => [`${name}: ${words}`, ...await unwellPods(kube, words, namespace)].join('; '))) }
  }
}

/** Every one of them. */
export const everyOne: Want<Standing> = {
  well: { wants: 'every Application', matches: found => Object.keys(found).length > 0 }, unwell: [],
}

/** Which of the declared Applications are well, and what is wrong with the others. */
export function parseStanding(
  declared: readonly Application[], live: readonly Application[], measure: Omit<Measure, 'spec'>,
): { well: Record<string, string>, unwell: { name: string, words: string, namespace: string }[] } {
  const judged = declared.map(({ metadata: { name }, spec }) => {
    const found = live.find(({ metadata }) => metadata.name === name && metadata.namespace === ARGOCD)
    const wrong = found ? trouble(found, { ...measure, spec }) : ['it is in Git, and not in the cluster']
    return { name, namespace: spec.destination?.namespace ?? '', words: wrong.join('; '), stands: found ? standing(found) : '' }
  })
  return {
    well: Object.fromEntries(judged.filter(({ words }) => words === '').map(({ name, stands }) => [name, stands])),
    unwell: judged.filter(({ words }) => words !== '').map(({ name, words, namespace }) => ({ name, words, namespace })),
  }
}

/** The commit that a source of our own repository has to be at; other repositories are read at their pins. */
export function commitsOf(url: string, heads: Readonly<Record<string, string>>): Measure['commitOf'] {
  return ({ repoURL, targetRevision = 'HEAD' }) => (repoURL === url ? heads[targetRevision] ?? 'no such branch' : undefined)
}

/** What holds up the pods behind an Application that is not healthy: Argo CD knows of them by their owners only. */
async function unwellPods(kube: Kube, words: string, namespace: string): Promise<string[]> {
  if (namespace === '' || !/Degraded|Progressing|Missing|unknown health/.test(words)) return []
  const { unwell, unavailable } = await quiet(kube, [namespace])()
  return [...unwell, ...unavailable].slice(0, 1)
}
