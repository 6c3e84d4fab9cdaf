import { ports as listenerPorts } from '../host/listeners.mts'
import { UI_PORT } from '../host/policy.mts'
import { owner, type Pod } from './pod.mts'
import type { Config } from '../engine/config.mts'
import type { Fact } from '../engine/claim.mts'
import type { Matcher } from '../engine/want.mts'
import type { Host } from '../host/host.mts'
import type { Kube } from './kube.mts'
import type { Metadata } from './manifest.mts'

type Port = { readonly port: number, readonly protocol?: string, readonly nodePort?: number }

export type Service = {
  readonly metadata: Metadata
  readonly spec: {
    readonly type?: string
    readonly ports?: readonly Port[]
    readonly externalIPs?: readonly string[]
    readonly loadBalancerSourceRanges?: readonly string[]
  }
}

/** What K3s opens as it comes: Traefik, by ServiceLB; its NodePorts answer on the loopback only. */
const DECLARED = ['LoadBalancer kube-system/traefik 80,443', 'NodePort kube-system/traefik 80,443']

/**
 * Everything by which the cluster takes a port of the host or an address: LoadBalancers with their source ranges,
 * NodePorts by the port of their Service, hostPorts and pods in the host's network by their owner, external addresses.
 */
export function exposed(kube: Kube): Fact<string[]> {
  return async () => {
    const [services, pods] = await Promise.all([kube.list<Service>('/api/v1/services'), kube.list<Pod>('/api/v1/pods')])
    return parseExposed(services, pods)
  }
}

/** The TCP ports that anything on the host or in the cluster takes, whoever can reach them: what listens, NodePorts, hostPorts, LoadBalancers. */
export function ports(host: Host, kube: Kube): Fact<number[]> {
  return async () => {
    const [listening, services, pods] = await Promise.all([listenerPorts(host)(), kube.list<Service>('/api/v1/services'), kube.list<Pod>('/api/v1/pods')])
    const ofServices = services.flatMap(({ spec: { type, ports = [] } }) => ports.flatMap(({ port, nodePort }) => [...(type === 'LoadBalancer' ? [port] : []), ...(nodePort ? [nodePort] : [])]))
    const ofPods = pods.flatMap(({ spec }) => spec.containers).flatMap(({ ports = [] }) => ports).flatMap(({ hostPort }) => (hostPort ? [hostPort] : []))
    return [...new Set([...listening, ...ofServices, ...ofPods])].sort((one, other) => one - other)
  }
}

/** Holds for what K3s opens as it comes, and the admin pages that later phases bring, for the tunnel alone: no more, and none of the first missing. */
export function declared(config: Config): Matcher<string[]> {
  const allowed = [argocdDoor(config)]
  return {
    wants: `${DECLARED.join(', ')}; and nothing beside but ${allowed.join(', ')}`,
    matches: found => DECLARED.every(each => found.includes(each)) && found.every(each => [...DECLARED, ...allowed].includes(each)),
  }
}

/** The line of Argo CD's pages and API. */
export function argocdDoor({ VPN_NETWORK }: Config): string {
  return `LoadBalancer argocd/argocd-ui ${UI_PORT} from ${VPN_NETWORK}`
}

/** What the API lists, as sorted lines without repetition. */
export function parseExposed(services: readonly Service[], pods: readonly Pod[]): string[] {
  const running = pods.filter(({ status }) => status.phase !== 'Succeeded' && status.phase !== 'Failed')
  return [...new Set([...services.flatMap(service => opened(service)), ...running.flatMap(pod => taken(pod, services))])].sort()
}

function opened({ metadata: { namespace, name }, spec: { type, ports = [], externalIPs = [], loadBalancerSourceRanges: ranges = [] } }: Service): string[] {
  const line = (what: string, some: readonly Port[]) => `${what} ${namespace}/${name} ${list(some.map(({ port, protocol }) => numbered(port, protocol)))}`
  const nodePorts = ports.filter(({ nodePort }) => nodePort)
  return [
    ...(type === 'LoadBalancer' ? [`${line('LoadBalancer', ports)}${ranges.length > 0 ? ` from ${list(ranges)}` : ''}`] : []),
    ...(nodePorts.length > 0 ? [line('NodePort', nodePorts)] : []),
    ...(externalIPs.length > 0 ? [`${line('externalIPs', ports)} at ${list(externalIPs)}`] : []),
  ]
}

function taken(pod: Pod, services: readonly Service[]): string[] {
  const { hostNetwork, containers, initContainers = [] } = pod.spec
  if (hostNetwork) return [`hostNetwork ${owner(pod)}`]
  const ports = [...containers, ...initContainers].flatMap(({ ports = [] }) => ports).filter(({ hostPort }) => hostPort)
    .map(({ hostPort = 0, hostIP = '', protocol }) => `${/^(|0\.0\.0\.0|::)$/.test(hostIP) ? '' : `${hostIP}:`}${numbered(hostPort, protocol)}`)
  const balanced = balancedPorts(pod, services)
  const own = ports.filter(port => !balanced.includes(port))
  return own.length > 0 ? [`hostPort ${owner(pod)} ${list(own)}`] : []
}

/** The ports of the LoadBalancer that a pod of ServiceLB stands for; none for a pod that only carries its labels. */
function balancedPorts({ metadata: { namespace, labels = {}, ownerReferences = [] } }: Pod, services: readonly Service[]): string[] {
  if (namespace !== 'kube-system' || ownerReferences[0]?.kind !== 'DaemonSet') return []
  const service = services.find(({ metadata, spec }) => spec.type === 'LoadBalancer'
    && metadata.name === labels['svccontroller.k3s.cattle.io/svcname'] && metadata.namespace === labels['svccontroller.k3s.cattle.io/svcnamespace'])
  return (service?.spec.ports ?? []).map(({ port, protocol }) => numbered(port, protocol))
}

function numbered(port: number, protocol = 'TCP'): string {
  return protocol === 'TCP' ? String(port) : `${port}/${protocol.toLowerCase()}`
}

function list(words: readonly string[]): string {
  return [...new Set(words)].sort((one, other) => one.localeCompare(other, 'en', { numeric: true })).join(',')
}
