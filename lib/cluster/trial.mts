import { randomBytes } from 'node:crypto'
import { Failure } from '../engine/failure.mts'
import { patiently } from './patience.mts'
import { condition, serves, type Pod } from './pod.mts'
import type { Drill } from '../engine/claim.mts'
import type { Want } from '../engine/want.mts'
import type { Kube } from './kube.mts'
import type { Manifest } from './manifest.mts'

/** A namespace of its own for one proof, and the image its pods run: one that every node has. */
export type Trial = { readonly namespace: string, readonly nonce: string, readonly image: string }

/** What a proof does in its namespace, and reads there; `more` is what it has to know besides. */
export type Proof<More, After> = {
  readonly more: () => Promise<More>
  readonly disturb: (trial: Trial & More) => Promise<void>
  readonly after: (trial: Trial & More) => Promise<After>
  readonly want: (trial: Trial & More) => Want<After>
}

const PREFIX = 'runbooks-trial-'
// The account that a pod without a name for it runs as is made a moment after its namespace: too late for a pod at once.
const ACCOUNT = 'trial'

/** The proof as a drill: in a fresh namespace that allows nothing but harmless pods, and is gone afterwards. */
export function trial<More extends object, After>(kube: Kube, { more, disturb, after, want }: Proof<More, After>): Drill<Trial & More, After> {
  return {
    effect: 'pod',
    before: async () => {
      const nonce = randomBytes(5).toString('hex')
      return { namespace: `${PREFIX}${nonce}`, nonce, image: await presentImage(kube), ...await more() }
    },
    async disturb(trial) {
      await enter(kube, trial.namespace)
      await disturb(trial)
    },
    after,
    want,
    restore: trial => leave(kube, trial.namespace),
  }
}

/** A namespace under the strictest rules for pods, with an account that may do nothing. */
export async function enter(kube: Kube, namespace: string): Promise<void> {
  const labels = { 'app.kubernetes.io/managed-by': 'runbooks', 'pod-security.kubernetes.io/enforce': 'restricted' }
  await kube.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } })
  await kube.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name: ACCOUNT }, automountServiceAccountToken: false })
}

/** Removes the namespace and waits until it is gone, and with it the volumes that were made for it. */
export async function leave(kube: Kube, namespace: string): Promise<void> {
  await kube.remove({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  const left = await patiently('1m', async () => {
    const volumes = await kube.list<Manifest & { spec: { claimRef?: { namespace?: string } } }>('/api/v1/persistentvolumes')
    const last = volumes.filter(({ spec }) => spec.claimRef?.namespace === namespace).map(({ metadata }) => metadata.name)
    return { done: last.length === 0, last }
  })
  if (left.length > 0) throw new Failure(`a volume of ${namespace} is still there`, { found: left.join(', '), waited: '1m', next: 'kubectl -n kube-system logs deployment/local-path-provisioner' })
}

export type PodWish = {
  readonly name: string
  readonly labels?: Readonly<Record<string, string>>
  /** Shell text by the name of its container; `$NONCE` is the trial's. */
  readonly scripts: Readonly<Record<string, string>>
  /** A claim that is mounted at /data. */
  readonly claim?: string
  /** A port that the pod serves once it answers HTTP. */
  readonly port?: number
}

/** What a pod of the trial is: it may do nothing, ends by itself within ten minutes, and fits a small node. */
export function podSpec({ nonce, image }: Trial, { scripts, claim, port }: Omit<PodWish, 'name' | 'labels'>): Record<string, unknown> {
  const volumes = [{ name: 'tmp', emptyDir: { sizeLimit: '1Mi' } }, ...(claim ? [{ name: 'data', persistentVolumeClaim: { claimName: claim } }] : [])]
  return {
    serviceAccountName: ACCOUNT, automountServiceAccountToken: false, enableServiceLinks: false, terminationGracePeriodSeconds: 1,
    securityContext: { runAsNonRoot: true, runAsUser: 65_534, runAsGroup: 65_534, seccompProfile: { type: 'RuntimeDefault' } },
    volumes,
    containers: Object.entries(scripts).map(([name, script]) => ({
      name, image, imagePullPolicy: 'IfNotPresent', command: ['sh', '-c', script], env: [{ name: 'NONCE', value: nonce }],
      resources: { requests: { cpu: '10m', memory: '8Mi' }, limits: { cpu: '200m', memory: '32Mi' } },
      securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
      volumeMounts: volumes.map(volume => ({ name: volume.name, mountPath: `/${volume.name}` })),
      ...(port && { ports: [{ containerPort: port }], readinessProbe: { httpGet: { path: '/', port }, periodSeconds: 1 } }),
    })),
  }
}

/** A pod that is not started again when it ends. */
export function pod(trial: Trial, namespace: string, { name, labels = {}, ...wish }: PodWish): Manifest {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, labels }, spec: { ...podSpec(trial, wish), restartPolicy: 'Never', activeDeadlineSeconds: 600 } }
}

/** Shell text that serves the nonce as a page. */
export const SERVE = 'mkdir /tmp/www && echo "$NONCE" > /tmp/www/index.html && exec httpd -f -p 8080 -h /tmp/www'

/** Waits for a pod that serves, and gives it back; throws with its last state. */
export async function serving(kube: Kube, namespace: string, name: string): Promise<Pod> {
  return reached(kube, namespace, name, serves, 'serve')
}

/** Waits for a pod to end well, and gives back what its containers printed; throws with its last state. */
export async function ended(kube: Kube, namespace: string, name: string): Promise<string[]> {
  const { spec } = await reached(kube, namespace, name, ({ status }) => status.phase === 'Succeeded', 'end well')
  return Promise.all(spec.containers.map(async container => (await kube.raw(`/api/v1/namespaces/${namespace}/pods/${name}/log?container=${container.name}`)).trim()))
}

async function reached(kube: Kube, namespace: string, name: string, done: (pod: Pod) => boolean, what: string, within = '90s'): Promise<Pod> {
  const pod = await patiently(within, async () => {
    const last = await kube.get<Pod>(`/api/v1/namespaces/${namespace}/pods/${name}`)
    return { done: done(last) || last.status.phase === 'Failed', last }
  })
  if (done(pod)) return pod
  throw new Failure(`the pod ${name} does not ${what}`, { found: condition(pod), waited: within, next: 'kubectl -n kube-system get pods; journalctl -u k3s -n 50' })
}

/** The image of local-path's own helper: K3s brings it, so it is on the node without any registry. */
async function presentImage(kube: Kube): Promise<string> {
  const { data = {} } = await kube.get<{ data?: Record<string, string> }>('/api/v1/namespaces/kube-system/configmaps/local-path-config')
  const image = /^\s*(?:- )?image:\s*"?([^"\s]+)"?\s*$/m.exec(data['helperPod.yaml'] ?? '')?.[1]
  if (image === undefined) throw new Failure('local-path names no image for its helper', { expected: 'image: in helperPod.yaml of the ConfigMap kube-system/local-path-config', next: 'systemctl restart k3s, which applies its add-ons anew' })
  return image
}
