import { atLeast, type Want } from '../engine/want.mts'
import { pinned } from '../host/versions.mts'
import { ARGOCD } from './argocd-namespace.mts'
import { called, type Manifest } from './manifest.mts'
import { condition, owner, serves, type Pod } from './pod.mts'
import { isAvailable } from './pods.mts'
import type { Fact } from '../engine/claim.mts'
import type { ArgoApi } from './argocd-api.mts'
import type { Kube } from './kube.mts'

// What a registry says that cannot be reached goes on for lines.
const SHOWN = 200

export type Components = {
  /** What the server says of itself. */
  readonly version: string
  /** How many of the manifest's workloads have every replica, and the image of the manifest. */
  readonly available: number
  /** The others, each with what holds it up. */
  readonly unavailable: readonly string[]
}

type Container = { readonly image?: string }
type Spec = { readonly containers: readonly Container[], readonly initContainers?: readonly Container[] }
/** A Deployment or a StatefulSet, as far as this code looks at it. */
export type Workload = Manifest & {
  readonly spec: { readonly replicas?: number, readonly template: { readonly spec: Spec } }
  readonly status?: { readonly observedGeneration?: number, readonly updatedReplicas?: number, readonly availableReplicas?: number }
}

/** How each workload of the manifest is, by its own status and by the pods that run for it, and the version that answers; throws as long as no server answers. */
export function components(kube: Kube, api: ArgoApi, manifest: Fact<Manifest[]>): Fact<Components> {
  return async () => {
    const wanted = (await manifest()).filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet') as Workload[]
    const pods = await kube.list<Pod>(`/api/v1/namespaces/${ARGOCD}/pods`)
    const found = await Promise.all(wanted.map(async each => trouble(each, await kube.find(each) as Workload | undefined, pods)))
    const unavailable = found.filter(line => line !== '').sort()
    return { version: unavailable.some(line => line.includes('argocd-server')) ? 'nobody to ask' : await api.version(), available: found.length - unavailable.length, unavailable }
  }
}

/** All of them, and the version that versions.yaml pins. */
export function asPinned(folder: string): Want<Components> {
  return {
    version: { wants: 'the version in versions.yaml', matches: found => found.replace(/\+.*$/, '') === pinned(folder, 'argocd') },
    available: atLeast(1), unavailable: [],
  }
}

/** What is not well with a workload; nothing where it has every replica from the manifest's images. */
export function trouble(wanted: Workload, live: Workload | undefined, pods: readonly Pod[]): string {
  if (live === undefined) return `${called(wanted)} absent`
  const { metadata: { namespace, name }, spec: { replicas = 1 }, status: { availableReplicas = 0 } = {} } = live
  const own = pods.filter(pod => owner(pod) === `${namespace}/${name}` && pod.metadata.deletionTimestamp === undefined)
  const strange = [...new Set(own.flatMap(({ spec }) => images(spec)).filter(image => !images(wanted.spec.template.spec).includes(image)))]
  const unwell = [...new Set(own.filter(pod => !serves(pod)).map(pod => condition(pod).slice(0, SHOWN)))]
  if (isAvailable(live) && strange.length === 0 && unwell.length === 0) return ''
  return [`${called(wanted)} ${availableReplicas} of ${replicas}`, ...unwell, ...strange.map(image => `runs ${image}`)].join('; ')
}

function images({ containers, initContainers = [] }: Spec): string[] {
  return [...containers, ...initContainers].flatMap(({ image }) => image ?? [])
}
