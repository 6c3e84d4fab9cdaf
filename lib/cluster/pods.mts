import { Failure } from '../engine/failure.mts'
import { atLeast, includes, type Want } from '../engine/want.mts'
import { condition, crashed, runningSince, serves, type Pod } from './pod.mts'
import type { Fact } from '../engine/claim.mts'
import type { Host } from '../host/host.mts'
import type { Kube } from './kube.mts'
import type { Metadata } from './manifest.mts'

/** The Deployments that K3s brings, without which a quiet cluster would only be an empty one. */
export const SYSTEM = ['coredns', 'local-path-provisioner', 'metrics-server', 'traefik'].map(name => `kube-system/${name}`)

// A container that keeps crashing looks well between two crashes.
const QUIET_MS = 60_000

export type Quiet = {
  /** Pods that serve or have done their work. */
  readonly well: number
  /** The others, each with what holds it up. */
  readonly unwell: readonly string[]
  /** Pods with a container that ended within the last minute. */
  readonly crashed: readonly string[]
  /** Deployments with every replica available. */
  readonly available: readonly string[]
  /** The others, with the replicas available and wanted. */
  readonly unavailable: readonly string[]
}

/** A Deployment or a StatefulSet, as far as its replicas go. */
type Workload = {
  readonly metadata: Metadata
  readonly spec: { readonly replicas?: number }
  readonly status?: { readonly observedGeneration?: number, readonly updatedReplicas?: number, readonly availableReplicas?: number }
}

/** How the pods and the Deployments of these namespaces are, by the API server's own clock; of every namespace unless told. */
export function quiet(kube: Kube, namespaces?: readonly string[]): Fact<Quiet> {
  const ours = ({ metadata: { namespace = '' } }: { metadata: Metadata }) => namespaces === undefined || namespaces.includes(namespace)
  return async () => {
    const [now, pods, deployments] = await Promise.all([kube.clock(), kube.list<Pod>('/api/v1/pods'), kube.list<Workload>('/apis/apps/v1/deployments')])
    return parseQuiet(pods.filter(ours), deployments.filter(ours), now)
  }
}

/** Holds when every pod is well, none has crashed lately, and these Deployments, the system's unless told, are all there. */
export function allQuiet(deployments: readonly string[] = SYSTEM): Want<Quiet> {
  return { well: atLeast(deployments.length), unwell: [], crashed: [], available: includes(...deployments), unavailable: [] }
}

/** When this boot of the host began, in milliseconds since 1970: the start of its first process. */
export async function bootedAt(host: Host): Promise<number> {
  return Number(await host.read('date -d "$(ps -o lstart= -p 1)" +%s')) * 1000
}

/**
 * How many pods are well in this boot; throws as long as any is not, for a deadline to wait on. What the API still
 * tells of the boot before does not count: a container has to be younger than the first process of the host.
 */
export function allReady(host: Host, kube: Kube): Fact<number> {
  return async () => {
    const [booted, pods, found] = await Promise.all([bootedAt(host), kube.list<Pod>('/api/v1/pods'), quiet(kube)()])
    const old = pods.filter(pod => (runningSince(pod) ?? Infinity) < booted).map(({ metadata }) => `${metadata.namespace}/${metadata.name} is of the boot before`)
    if (old.length + found.unwell.length + found.unavailable.length === 0 && found.well > 0) return found.well
    throw new Failure('not every pod is ready', { found: [...old, ...found.unwell, ...found.unavailable].join('; ') })
  }
}

/** What the API lists, at this moment, in milliseconds. */
export function parseQuiet(pods: readonly Pod[], deployments: readonly Workload[], now: number): Quiet {
  const isWell = (pod: Pod) => pod.status.phase === 'Succeeded' || serves(pod)
  const name = ({ metadata: { namespace, name } }: { metadata: Metadata }) => `${namespace}/${name}`
  return {
    well: pods.filter(isWell).length,
    unwell: pods.filter(pod => !isWell(pod)).map(pod => `${name(pod)} ${condition(pod)}`).sort(),
    crashed: pods.filter(pod => now - (crashed(pod) ?? 0) < QUIET_MS).map(name).sort(),
    available: deployments.filter(isAvailable).map(name).sort(),
    unavailable: deployments.filter(each => !isAvailable(each)).map(each => `${name(each)} ${each.status?.availableReplicas ?? 0} of ${each.spec.replicas ?? 1}`).sort(),
  }
}

/** Whether it has every replica, of its present generation. None wanted is none available: what was scaled to 0 does nothing. */
export function isAvailable({ metadata: { generation = 0 }, spec: { replicas = 1 }, status = {} }: Workload): boolean {
  const { observedGeneration = 0, updatedReplicas = 0, availableReplicas = 0 } = status
  return replicas > 0 && observedGeneration >= generation && updatedReplicas >= replicas && availableReplicas >= replicas
}
