import { exampleConfig } from '../../lib/engine/config.mts'
import { called, type Manifest } from '../../lib/cluster/manifest.mts'
import { API_PORT, openFrom } from '../../lib/host/policy.mts'
import { podSpecs, type Pods } from './workloads.mts'

type Labels = Readonly<Record<string, string>>
type Requirement = { readonly key: string, readonly operator: string, readonly values?: readonly string[] }
type Selector = { readonly matchLabels?: Labels, readonly matchExpressions?: readonly Requirement[] }
type Peer = { readonly podSelector?: Selector, readonly namespaceSelector?: Selector, readonly ipBlock?: { readonly cidr: string, readonly except?: readonly string[] } }
type Rule = { readonly from?: readonly Peer[], readonly to?: readonly Peer[], readonly ports?: readonly { readonly port: number | string }[] }
type Policy = Manifest & { readonly spec: { readonly podSelector: Selector, readonly policyTypes: readonly string[], readonly ingress?: readonly Rule[], readonly egress?: readonly Rule[] } }
type Port = { readonly name?: string, readonly port: number, readonly targetPort?: number | string, readonly nodePort?: number }
type Service = Manifest & { readonly spec: {
  readonly type?: string
  readonly selector?: Labels
  readonly ports?: readonly Port[]
  readonly externalIPs?: readonly string[]
  readonly loadBalancerSourceRanges?: readonly string[]
  readonly allocateLoadBalancerNodePorts?: boolean
  readonly externalTrafficPolicy?: string
} }

// Whoever adds a door says so here, and in lib/host/policy.mts.
const LOAD_BALANCERS = ['argocd/argocd-ui 8443']

/** Services that take more of the server than was declared, and declared ones that let in more, or nobody. */
export function exposed(objects: readonly Manifest[]): string[] {
  const policies = policiesOf(objects)
  return objects.filter((object): object is Service => object.kind === 'Service').flatMap(service => {
    const { type, ports = [], externalIPs = [] } = service.spec
    const lines = [
      ...(type === 'NodePort' || ports.some(({ nodePort }) => nodePort) ? ['is a NodePort'] : []),
      ...(externalIPs.length > 0 ? ['takes external addresses'] : []),
      ...(type === 'LoadBalancer' ? balanced(service, policies) : []),
    ]
    return lines.map(what => `${called(service)}: ${what}`)
  })
}

function balanced({ metadata: { name, namespace }, spec }: Service, policies: readonly Policy[]): string[] {
  const { ports = [], selector = {}, loadBalancerSourceRanges = [] } = spec
  const { VPN_NETWORK, ...config } = exampleConfig()
  const numbers = ports.map(({ port }) => port)
  const served = policies.filter(policy => policy.metadata.namespace === namespace && selects(policy.spec.podSelector, selector))
  const lets = (holds: (peer: Peer) => boolean) => ports.every(({ port, targetPort = port }) => served.some(({ spec: { ingress = [] } }) =>
    ingress.some(({ from = [], ports: allowed = [] }) => from.some(holds) && allowed.some(each => each.port === targetPort))))
  const wanted: readonly (readonly [string, boolean])[] = [
    [`is a LoadBalancer at ${numbers.join(',')} that nobody declared`, LOAD_BALANCERS.includes(`${namespace}/${name} ${numbers.join(',')}`)],
    ['has a port that lib/host/policy.mts does not open in the tunnel', numbers.every(port => openFrom({ VPN_NETWORK, ...config }, 'vpn', 'tcp').includes(port))],
    [`does not have exactly ${VPN_NETWORK} as its source ranges`, loadBalancerSourceRanges.join() === VPN_NETWORK],
    ['takes NodePorts as well: allocateLoadBalancerNodePorts: false', spec.allocateLoadBalancerNodePorts === false],
    ['does not say externalTrafficPolicy: Cluster', spec.externalTrafficPolicy === 'Cluster'],
    ['is not let in from ServiceLB\'s pods by a network policy', lets(peer => peer.namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'] === 'kube-system'
      && peer.podSelector?.matchLabels?.['svccontroller.k3s.cattle.io/svcname'] === name)],
    ['is not let in from the tunnel by a network policy', lets(peer => peer.ipBlock?.cidr === VPN_NETWORK && !peer.ipBlock.except)],
  ]
  return wanted.filter(([, holds]) => !holds).map(([what]) => what)
}

/** Namespaces that are open until somebody closes them, and workloads that are closed and nobody opened, or not as far as the API that they have a token for. */
export function unguarded(objects: readonly Manifest[]): string[] {
  const policies = policiesOf(objects)
  const inside = objects.map(({ kind, metadata: { name, namespace } }) => (kind === 'Namespace' ? name : namespace)).filter(name => name !== undefined)
  const open = [...new Set(inside)].filter(namespace => !policies.some(policy => policy.metadata.namespace === namespace && denies(policy)))
  const allowing = ({ of, labels }: Pods) => policies.filter(policy => policy.metadata.namespace === of.metadata.namespace && allows(policy) && selects(policy.spec.podSelector, labels))
  const closed = podSpecs(objects).filter(pods => allowing(pods).length === 0)
  const cut = podSpecs(objects).filter(pods => pods.spec.serviceAccountName && pods.spec.automountServiceAccountToken !== false
    && !allowing(pods).some(({ spec: { egress = [] } }) => egress.some(({ ports = [] }) => ports.some(({ port }) => port === API_PORT))))
  return [
    ...open.map(namespace => `Namespace ${namespace}: nothing denies by default what may come and go`),
    ...closed.map(({ of }) => `${called(of)}: no network policy allows it anything`),
    ...cut.map(({ of }) => `${called(of)}: has a token for the API, and no network policy lets it out to ${API_PORT}`),
  ]
}

function policiesOf(objects: readonly Manifest[]): Policy[] {
  return objects.filter((object): object is Policy => object.kind === 'NetworkPolicy')
}

function denies({ spec: { podSelector, policyTypes, ingress = [], egress = [] } }: Policy): boolean {
  return Object.keys(podSelector).length === 0 && ['Ingress', 'Egress'].every(type => policyTypes.includes(type)) && ingress.length + egress.length === 0
}

function allows({ spec: { ingress = [], egress = [] } }: Policy): boolean {
  return ingress.length + egress.length > 0
}

function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value)
    && matchExpressions.every(({ key, operator, values = [] }) => operator === 'In' && values.includes(labels[key] ?? ''))
}
