import { anything } from '../engine/want.mts'
import { ended, pod, trial, type Trial } from './trial.mts'
import type { Drill } from '../engine/claim.mts'
import type { Kube } from './kube.mts'

/** What a pod is told: the address of the API by its name in the cluster, and whether a name of the Internet has one. */
export type Resolved = { readonly cluster: string, readonly outside: 'resolves' | 'does not resolve' }

const INSIDE = 'kubernetes.default.svc.cluster.local'
const OUTSIDE = 'example.com'

/** A pod asks for the API by its name in the cluster, and gets the address that the API has; an outside name is asked for and told of. */
export function dns(kube: Kube): Drill<Trial & { readonly address: string }, Resolved> {
  return trial(kube, {
    more: async () => ({ address: (await kube.get<{ spec: { clusterIP: string } }>('/api/v1/namespaces/default/services/kubernetes')).spec.clusterIP }),
    // nslookup ends badly where a name has an address of one family only: what it printed is what counts.
    disturb: trial => kube.apply(pod(trial, trial.namespace, { name: 'dns', scripts: { inside: `nslookup ${INSIDE}; true`, outside: `timeout 10 nslookup ${OUTSIDE}; true` } })),
    async after({ namespace }) {
      const [inside = '', outside = ''] = await ended(kube, namespace, 'dns')
      return { cluster: addresses(inside).join(', ') || inside, outside: addresses(outside).length > 0 ? 'resolves' : 'does not resolve' }
    },
    want: ({ address }) => ({ cluster: address, outside: anything() }),
  })
}

/** The addresses in BusyBox's `nslookup`: those below the name, for the server's own stands above it. */
export function addresses(text: string): string[] {
  const answer = text.split(/^Name:/m).slice(1).join('\n')
  return [...answer.matchAll(/^Address(?: \d+)?:\s*([0-9a-f.:]+)/gm)].map(([, address = '']) => address)
}
