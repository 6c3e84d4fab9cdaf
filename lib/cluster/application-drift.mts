import { APPLICATIONS } from './applications.mts'
import { ARGOCD } from './argocd-namespace.mts'
import type { Application } from './application.mts'
import type { Fact } from '../engine/claim.mts'
import type { Want } from '../engine/want.mts'
import type { Declared } from './gitops.mts'
import type { Kube } from './kube.mts'
import type { Manifest, Metadata } from './manifest.mts'

export type Drift = {
  /** The Applications that are in the cluster as they are in Git. */
  readonly asInGit: readonly string[]
  /** What is otherwise than in Git, or in one of the two alone. */
  readonly otherwise: readonly string[]
}

type Live = { readonly applications: readonly Application[], readonly projects: readonly Manifest[], readonly sets: readonly Manifest[], readonly settings: readonly Manifest[] }

const API = '/apis/argoproj.io/v1alpha1'
// What Argo CD itself writes there: who owns it, and that it is to look again.
const ITS_OWN = ['argocd.argoproj.io/tracking-id', 'argocd.argoproj.io/refresh', 'argocd.argoproj.io/hydrate']
const SHOWN = 80

// The one project there is, as Argo CD makes it (server/server.go): everything may be read, nothing is ever denied.
const PROJECT = { sourceRepos: ['*'], destinations: [{ namespace: '*', server: '*' }], clusterResourceWhitelist: [{ group: '*', kind: '*' }] }

/**
 * Every Application, project and set of the cluster, and Argo CD's own settings, against Git, both ways. Whether an
 * Application syncs by itself is another reading.
 */
export function drift(kube: Kube, gitops: Fact<Declared>): Fact<Drift> {
  return async () => {
    const [declared, applications, projects, sets, settings] = await Promise.all([
      gitops(), kube.list<Application>(APPLICATIONS), kube.list<Manifest>(`${API}/appprojects`), kube.list<Manifest>(`${API}/applicationsets`),
      kube.list<Manifest>(`/api/v1/namespaces/${ARGOCD}/configmaps`),
    ])
    return parseDrift(declared, { applications, projects, sets, settings })
  }
}

/** All that is there, as it is in Git. */
export const none: Want<Drift> = { asInGit: { wants: 'every Application', matches: found => found.length > 0 }, otherwise: [] }

/** What the API lists, against what Git declares. */
export function parseDrift({ applications, settings }: Pick<Declared, 'applications' | 'settings'>, live: Live): Drift {
  const wanted = new Map(applications.map(each => [`${ARGOCD}/${each.metadata.name}`, each as unknown as Application]))
  const found = new Map(live.applications.map(each => [key(each), each]))
  const both = [...wanted].flatMap(([name, one]) => (found.has(name) ? [{ name: one.metadata.name, differences: different('', shape(found.get(name)), shape(one)) }] : []))
  return {
    asInGit: both.filter(({ differences }) => differences.length === 0).map(({ name }) => name),
    otherwise: [
      ...[...wanted.keys()].filter(name => !found.has(name)).map(name => `Application ${name} is in Git, and not in the cluster`),
      ...[...found.keys()].filter(name => !wanted.has(name)).map(name => `Application ${name} is in the cluster, and not in Git`),
      ...both.flatMap(({ name, differences }) => differences.map(each => `Application ${name}: ${each}`)),
      ...live.projects.filter(each => key(each) !== `${ARGOCD}/default`).map(each => `AppProject ${key(each)} is in the cluster, and not in Git`),
      ...live.projects.filter(each => key(each) === `${ARGOCD}/default`).flatMap(each => different('', each.spec, PROJECT).map(words => `AppProject default: ${words}`)),
      ...live.sets.map(each => `ApplicationSet ${key(each)} is in the cluster, and not in Git`),
      ...settings.flatMap(one => {
        const its = live.settings.find(({ metadata }) => metadata.name === one.metadata.name)
        return different('', its?.data ?? {}, one.data ?? {}).map(words => `ConfigMap ${one.metadata.name}: ${words}`)
      }),
    ],
  }
}

/** What of an Application is Git's alone: its spec, and those marks by which Argo CD leaves things out. */
function shape(application: Application | undefined): Record<string, unknown> {
  const { metadata = {}, spec = {} } = (application ?? {}) as { metadata?: Application['metadata'], spec?: Application['spec'] }
  const { annotations = {}, finalizers = [] } = metadata as Partial<Application['metadata']>
  const { automated: _itsOwnClaim, ...syncPolicy } = spec.syncPolicy ?? {}
  return {
    spec: { ...spec, syncPolicy },
    annotations: Object.fromEntries(Object.entries(annotations).filter(([name]) => /(^|\.)argoproj\.io\//.test(name) && !ITS_OWN.includes(name))),
    // Hooks that run at a deletion bring one of their own.
    finalizers: finalizers.filter(name => !/(pre|post)-delete-finalizer/.test(name)),
  }
}

function different(path: string, live: unknown, git: unknown): string[] {
  if (isMap(live) && isMap(git)) {
    return [...new Set([...Object.keys(live), ...Object.keys(git)])].sort().flatMap(name => different(path === '' ? name : `${path}.${name}`, live[name], git[name]))
  }
  const [found, wanted] = [text(live), text(git)]
  return found === wanted ? [] : [`${path} is ${found.slice(0, SHOWN)}, in Git ${wanted.slice(0, SHOWN)}`]
}

function text(value: unknown): string {
  if (value === undefined) return 'absent'
  return JSON.stringify(value, (_key, part: unknown) => (isMap(part) ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1))) : part))
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function key({ metadata: { namespace = '', name } }: { readonly metadata: Metadata }): string {
  return `${namespace}/${name}`
}
