import { Failure, unverified } from '../engine/failure.mts'
import { patiently } from './patience.mts'
import { enter, leave, pod, serving, SERVE, trial, type Trial } from './trial.mts'
import type { Drill } from '../engine/claim.mts'
import type { Host } from '../host/host.mts'
import type { Kube } from './kube.mts'
import type { Manifest } from './manifest.mts'

type Probe = 'passes' | 'is stopped'

/** What became of a pod's way to another pod, as the policies came. */
export type Enforced = {
  readonly withoutPolicies: Probe
  readonly withDefaultDeny: Probe
  /** With an allow for its label. */
  readonly allowed: Probe
  /** Without that label, and with it in another namespace. */
  readonly notAllowed: Probe
  readonly otherNamespace: Probe
}

/** The neighbour has the friend's label, and lives in another namespace. */
type Client = 'friend' | 'stranger' | 'neighbour'

const FRIEND = { trial: 'friend' }
const CLIENTS: Readonly<Record<Client, Readonly<Record<string, string>>>> = { friend: FRIEND, stranger: { trial: 'stranger' }, neighbour: FRIEND }
const SERVER = { trial: 'server' }

/** Four pods and two policies: open, denied, allowed by its label, and denied from elsewhere under the same label; unverified where nobody enforces them. */
export function policies(host: Host, kube: Kube, patience = '45s'): Drill<Trial, Enforced> {
  let [withoutPolicies, withDefaultDeny, to]: [Probe, Probe, string] = ['is stopped', 'passes', '']
  const elsewhere = ({ namespace }: Trial) => `${namespace}-other`
  const home = (trial: Trial, client: Client) => (client === 'neighbour' ? elsewhere(trial) : trial.namespace)

  /** What it is in the end: a policy is put into force a moment after it was applied. */
  async function becomes(wanted: Probe, trial: Trial, client: Client): Promise<Probe> {
    return patiently(patience, async () => {
      const last = await probe(kube, home(trial, client), client, to)
      return { done: last === wanted, last }
    })
  }

  const drill = trial<object, Enforced>(kube, {
    async more() {
      const chains = await host.read(`iptables -S 2>/dev/null | grep -c -e '^-N KUBE-ROUTER-' || true`)
      if (chains === '0') throw unverified('nothing enforces network policies on this host', { expected: 'chains KUBE-ROUTER-* in iptables', next: 'disable-network-policy must not stand in /etc/rancher/k3s/config.yaml; systemctl restart k3s' })
      return {}
    },
    async disturb(trial) {
      const clients = Object.entries(CLIENTS) as [Client, Readonly<Record<string, string>>][]
      await enter(kube, elsewhere(trial))
      await kube.apply(pod(trial, trial.namespace, { name: 'server', labels: SERVER, scripts: { server: SERVE }, port: 8080 }))
      for (const [name, labels] of clients) await kube.apply(pod(trial, home(trial, name), { name, labels, scripts: { wait: 'exec sleep 600' } }))
      to = (await serving(kube, trial.namespace, 'server')).status.podIP ?? ''
      for (const [client] of clients) {
        await serving(kube, home(trial, client), client)
        withoutPolicies = await becomes('passes', trial, client)
        if (withoutPolicies !== 'passes') throw new Failure(`the ${client} does not reach a pod that no policy protects`, { waited: patience, next: 'kubectl -n kube-system get pods; ufw status verbose' })
      }
      await kube.apply(policy(trial, 'default-deny', { podSelector: {} }))
      withDefaultDeny = await becomes('is stopped', trial, 'friend')
      await kube.apply(policy(trial, 'friends', { podSelector: { matchLabels: SERVER }, ingress: [{ from: [{ podSelector: { matchLabels: FRIEND } }] }] }))
    },
    async after(trial) {
      const allowed = await becomes('passes', trial, 'friend')
      const [notAllowed, otherNamespace] = [await becomes('is stopped', trial, 'stranger'), await becomes('is stopped', trial, 'neighbour')]
      return { withoutPolicies, withDefaultDeny, allowed, notAllowed, otherNamespace }
    },
    want: () => ({ withoutPolicies: 'passes', withDefaultDeny: 'is stopped', allowed: 'passes', notAllowed: 'is stopped', otherNamespace: 'is stopped' }),
  })
  return {
    ...drill,
    async restore(trial) {
      await Promise.all([elsewhere(trial), trial.namespace].map(namespace => leave(kube, namespace)))
    },
  }
}

/** Whether a pod gets the server's page within three seconds; the command ends well either way, so that nothing else is taken for a no. */
async function probe(kube: Kube, namespace: string, name: string, to: string): Promise<Probe> {
  const answer = await kube.exec({ namespace, pod: name }, ['sh', '-c', 'timeout 3 wget -q -O - "http://$0:8080/" > /dev/null 2>&1 && echo passes || echo is stopped', to])
  return answer.trim() === 'passes' ? 'passes' : 'is stopped'
}

function policy({ namespace }: Trial, name: string, spec: Record<string, unknown>): Manifest {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { namespace, name }, spec: { policyTypes: ['Ingress'], ...spec } }
}
