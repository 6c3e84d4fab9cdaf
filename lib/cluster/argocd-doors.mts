import { asFailure } from '../engine/failure.mts'
import { answering, asDeclared } from '../host/exposure.mts'
import { UI_PORT } from '../host/policy.mts'
import { ARGOCD } from './argocd-namespace.mts'
import { argocdDoor, parseExposed, type Service } from './exposed.mts'
import type { Config } from '../engine/config.mts'
import type { Fact } from '../engine/claim.mts'
import type { Matcher, Want } from '../engine/want.mts'
import type { Answers, Host } from '../host/host.mts'
import type { Kube } from './kube.mts'
import type { Manifest } from './manifest.mts'
import type { Pod } from './pod.mts'

export type Doors = {
  /** By what the cluster lets anybody in to Argo CD: LoadBalancers, NodePorts, hostPorts, and every route of the Ingress. */
  readonly doors: readonly string[]
  /** Which ports answer outside, those doors' among them. */
  readonly ipv4: Answers
  readonly ipv6: Answers | 'not asked'
}

/** What can lead through the Ingress into the cluster, and where the API keeps it. */
const ROUTES = {
  Ingress: '/apis/networking.k8s.io/v1/ingresses', IngressRoute: '/apis/traefik.io/v1alpha1/ingressroutes', IngressRouteTCP: '/apis/traefik.io/v1alpha1/ingressroutetcps',
  HTTPRoute: '/apis/gateway.networking.k8s.io/v1/httproutes', TLSRoute: '/apis/gateway.networking.k8s.io/v1/tlsroutes',
}

/** Whether anybody outside reaches Argo CD, over IPv4 and, where all is right so far, over IPv6; unverified where there is no route. */
export function doors(host: Host, config: Config, kube: Kube): Fact<Doors> {
  return async () => {
    const [services, pods, ...routes] = await Promise.all([kube.list<Service>('/api/v1/services'), kube.list<Pod>('/api/v1/pods'), ...Object.entries(ROUTES).map(([kind, path]) => listed(kube, kind, path))])
    const others = async () => [UI_PORT, ...services.filter(isOurs).flatMap(({ spec: { ports = [] } }) => ports.flatMap(({ port, nodePort }) => [port, ...(nodePort ? [nodePort] : [])]))]
    const doors = [...parseExposed(services.filter(isOurs), pods.filter(isOurs)), ...parseRoutes(routes.flat())]
    const ipv4 = await answering(host, config, 4, others)()
    // What is wrong already is not hidden behind a route that this machine lacks.
    const right = doors.join() === argocdDoor(config) && asDeclared(config).matches(ipv4)
    return { doors, ipv4, ipv6: right ? await answering(host, config, 6, others)() : 'not asked' }
  }
}

/** One door, from the tunnel's network; and outside no port answers but those of the policy. */
export function oneInTunnel(config: Config): Want<Doors> {
  const { wants, matches } = asDeclared(config)
  const ipv6: Matcher<Answers | 'not asked'> = { wants, matches: found => found !== 'not asked' && matches(found) }
  return { doors: [argocdDoor(config)], ipv4: { wants, matches }, ipv6 }
}

/** Routes that lead to Argo CD's namespace from there or from elsewhere, such as `Ingress argocd/ui`. */
export function parseRoutes(routes: readonly Manifest[]): string[] {
  const leadsHere = ({ metadata: { namespace }, spec }: Manifest) => namespace === ARGOCD || JSON.stringify(spec ?? {}).includes(`"namespace":"${ARGOCD}"`)
  return routes.filter(leadsHere).map(({ kind, metadata: { namespace, name } }) => `${kind} ${namespace}/${name}`).sort()
}

function isOurs({ metadata: { namespace } }: { readonly metadata: { readonly namespace?: string } }): boolean {
  return namespace === ARGOCD
}

/** The objects at a path, each with its kind, which a list leaves out; none where the cluster knows no such kind. */
async function listed(kube: Kube, kind: string, path: string): Promise<Manifest[]> {
  return kube.list<Manifest>(path).then(items => items.map(item => ({ ...item, kind })), (thrown: unknown) => {
    if (/answers 404/.test(asFailure(thrown).message)) return []
    throw thrown
  })
}
