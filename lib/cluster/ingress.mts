import { human } from '../engine/deadline.mts'
import { Failure } from '../engine/failure.mts'
import { anything } from '../engine/want.mts'
import { patiently } from './patience.mts'
import { podSpec, SERVE, trial, type Trial } from './trial.mts'
import { seenFrom, type Site, type Web } from './web.mts'
import type { Drill } from '../engine/claim.mts'
import type { Host } from '../host/host.mts'
import type { Kube } from './kube.mts'
import type { Manifest } from './manifest.mts'

/** While its Ingress was there, with how long it took to get there; and after it was removed. */
export type Served = { readonly with: Site, readonly after: string, readonly without: Site }

/** A site with a name of its own is put up, answers outside on both ports with what only it knows, and is unknown again without its Ingress. */
export function ingress(host: Host, kube: Kube, web: Web, patience = '90s'): Drill<Trial, Served> {
  let served = { with: { http: 'never asked', https: 'never asked' }, after: 'never' }
  const site = async (nonce: string): Promise<Site> => ({ http: await web('http', siteName(nonce)), https: await web('https', siteName(nonce)) })

  async function reached(nonce: string, wanted: string): Promise<Site> {
    const start = performance.now()
    const found = await patiently(patience, async () => {
      const last = await site(nonce)
      return { done: last.http === wanted && last.https === wanted, last }
    })
    if (found.http === wanted && found.https === wanted) return found
    throw new Failure('the test site does not answer outside', {
      expected: `${wanted} on 80 and 443`, found, waited: human(performance.now() - start), next: 'kubectl -n kube-system get pods,services; kubectl -n kube-system logs deployment/traefik',
    })
  }

  return trial(kube, {
    async more() {
      seenFrom(host)
      return {}
    },
    async disturb(trial) {
      const start = performance.now()
      const [route, ...backing] = manifests(trial)
      for (const manifest of [...backing, route]) await kube.apply(manifest)
      served = { with: await reached(trial.nonce, `200 ${trial.nonce}`), after: human(performance.now() - start) }
      await kube.remove(route)
    },
    async after({ nonce }) {
      const isUnknown = ({ http, https }: Site) => [http, https].every(page => page.startsWith('404'))
      const without = await patiently(patience, async () => {
        const last = await site(nonce)
        return { done: isUnknown(last), last }
      })
      return { ...served, without }
    },
    want: ({ nonce }) => ({
      with: { http: `200 ${nonce}`, https: `200 ${nonce}` },
      after: anything(),
      without: { http: UNKNOWN, https: UNKNOWN },
    }),
  })
}

const UNKNOWN = { wants: '404', matches: (found: string) => found.startsWith('404') }

function siteName(nonce: string): string {
  return `${nonce}.runbooks.internal`
}

/** The site's Ingress, and what stands behind it. */
function manifests(trial: Trial): [Manifest, Manifest, Manifest] {
  const { namespace, nonce } = trial
  const labels = { app: 'site' }
  const metadata = { namespace, name: 'site' }
  const backend = { service: { name: 'site', port: { number: 80 } } }
  return [
    {
      apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata,
      spec: { ingressClassName: 'traefik', rules: [{ host: siteName(nonce), http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }] },
    },
    {
      apiVersion: 'apps/v1', kind: 'Deployment', metadata,
      spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec(trial, { scripts: { site: SERVE }, port: 8080 }) } },
    },
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] } },
  ]
}
