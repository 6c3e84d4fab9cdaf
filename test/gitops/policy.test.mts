import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ROOT } from '../groups.mts'
import { rendered } from './kustomization.mts'
import { violations } from './policy.mts'
import type { Manifest } from '../../lib/cluster/manifest.mts'

const test = suite('policy of gitops')

type Tree = { [key: string]: Tree }
type Break = (object: Tree) => void

const CANARY = rendered(join(ROOT, 'gitops/canary'))
const ARGOCD = rendered(join(ROOT, 'gitops/argocd'))

/** What is said of an app after one of its objects was changed. */
function broken(app: readonly Manifest[], kind: string, name: string, change: Break): string[] {
  const objects = structuredClone(app) as Manifest[]
  const object = objects.find(each => each.kind === kind && each.metadata.name === name)
  assert.ok(object, `there is no ${kind} ${name}`)
  change(object as unknown as Tree)
  return violations(objects)
}

function without(app: readonly Manifest[], name: string): string[] {
  return violations(app.filter(({ kind, metadata }) => kind !== 'NetworkPolicy' || metadata.name !== name))
}

/** Sets or, without a value, removes what is at a path with dots. */
function set(path: string, value?: unknown): Break {
  return object => {
    const keys = path.split('.')
    const last = keys.pop() ?? ''
    const parent = keys.reduce((at, key) => at[key] ??= {}, object)
    if (value === undefined) delete parent[last]
    else parent[last] = value as Tree
  }
}

const POD = 'spec.template.spec'
const CONTAINER = `${POD}.containers.0`
const DEPLOYMENT: readonly (readonly [string, unknown, string])[] = [
  [`${CONTAINER}.image`, 'registry.example/web:latest', 'container canary has an image that is not pinned: registry.example/web:latest'],
  [`${CONTAINER}.image`, 'registry.example/web', 'container canary has an image that is not pinned: registry.example/web'],
  [`${CONTAINER}.image`, 'busybox:1.37', 'container canary has an image without its registry: busybox:1.37'],
  [`${CONTAINER}.imagePullPolicy`, 'Always', 'container canary is pulled anew at each start, which then needs a registry'],
  [`${CONTAINER}.resources.requests.cpu`, undefined, 'container canary has no cpu in its requests'],
  [`${CONTAINER}.resources.limits.memory`, undefined, 'container canary has no memory in its limits'],
  [`${CONTAINER}.readinessProbe`, undefined, 'container canary has no readinessProbe, so nobody knows when it serves'],
  [`${CONTAINER}.ports.0.hostPort`, 8080, 'container canary takes the server\'s port 8080'],
  [`${CONTAINER}.securityContext.allowPrivilegeEscalation`, true, 'container canary lacks allowPrivilegeEscalation: false'],
  [`${CONTAINER}.securityContext.readOnlyRootFilesystem`, undefined, 'container canary lacks readOnlyRootFilesystem: true'],
  [`${CONTAINER}.securityContext.capabilities.drop`, [], 'container canary lacks capabilities: drop ALL'],
  [`${CONTAINER}.securityContext.capabilities.add`, ['NET_RAW'], 'container canary lacks no added capabilities'],
  [`${CONTAINER}.securityContext.privileged`, true, 'container canary lacks privileged: false'],
  [`${POD}.securityContext.runAsNonRoot`, undefined, 'container canary lacks runAsNonRoot: true'],
  [`${POD}.securityContext.seccompProfile.type`, 'Unconfined', 'container canary lacks seccompProfile: RuntimeDefault'],
  [`${POD}.hostNetwork`, true, 'hostNetwork is the server\'s own'],
  [`${POD}.hostPID`, true, 'hostPID is the server\'s own'],
  [`${POD}.volumes.0.hostPath`, { path: '/' }, 'the volume page is a path of the server'],
  [`${POD}.automountServiceAccountToken`, undefined, 'gets a token for the API: automountServiceAccountToken: false, or a serviceAccountName of its own'],
  [`${POD}.priorityClassName`, undefined, 'says no priorityClassName'],
  ['spec.replicas', 2, 'says its replicas, and an autoscaler does as well'],
  ['spec.template.metadata.labels', { app: 'other' }, 'no network policy allows it anything'],
  // In two pieces: the gate looks at this file as well.
  [`${CONTAINER}.env`, [{ name: 'URL', value: ['postgres://app', 'hunter22@db/app'].join(':') }], 'password in a URL in clear'],
]

test('the repository\'s own apps break none', () => {
  assert.equal(violations(CANARY), [])
  assert.equal(violations(ARGOCD), [])
})

for (const [path, value, line] of DEPLOYMENT) {
  test(`a Deployment with ${path.replace(`${CONTAINER}.`, '').replace(`${POD}.`, '')} ${value === undefined ? 'left out' : JSON.stringify(value)} is named`, () => {
    assert.equal(broken(CANARY, 'Deployment', 'canary', set(path, value)), [`Deployment canary/canary: ${line}`])
  })
}

test('a digest pins as well as a tag, and an init container is looked at too', () => {
  assert.equal(broken(CANARY, 'Deployment', 'canary', set(`${CONTAINER}.image`, `registry.example/web@sha256:${'a'.repeat(64)}`)), [])
  const init = broken(CANARY, 'Deployment', 'canary', set(`${POD}.initContainers`, [{ name: 'first', image: 'registry.example/first:1' }]))
  assert.ok(init.length > 3 && init.every(line => line.includes('container first')), init.join('\n'))
})

test('pods are found in a CronJob, and alone', () => {
  const spec = { containers: [{ name: 'all', image: 'x' }] }
  const metadata = { name: 'loose', namespace: 'canary' }
  const alone = [{ kind: 'Pod', metadata, spec }, { kind: 'CronJob', metadata, spec: { jobTemplate: { spec: { template: { spec } } } } }] as unknown as Manifest[]
  for (const pods of alone) assert.ok(violations([...CANARY, pods]).includes(`${pods.kind} canary/loose: container all has an image without its registry: x`), pods.kind)
})

const SERVICE: readonly (readonly [string, unknown, string])[] = [
  ['spec.ports.0.port', 9443, 'is a LoadBalancer at 9443 that nobody declared'],
  ['metadata.name', 'other', 'is a LoadBalancer at 8443 that nobody declared'],
  ['spec.loadBalancerSourceRanges', undefined, 'does not have exactly 10.8.0.0/24 as its source ranges'],
  ['spec.loadBalancerSourceRanges', ['10.8.0.0/24', '0.0.0.0/0'], 'does not have exactly 10.8.0.0/24 as its source ranges'],
  ['spec.allocateLoadBalancerNodePorts', undefined, 'takes NodePorts as well: allocateLoadBalancerNodePorts: false'],
  ['spec.externalTrafficPolicy', 'Local', 'does not say externalTrafficPolicy: Cluster'],
  ['spec.ports.0.nodePort', 30_443, 'is a NodePort'],
  ['spec.externalIPs', ['192.0.2.1'], 'takes external addresses'],
  ['spec.ports.0.targetPort', 8081, 'is not let in from the tunnel by a network policy'],
]

for (const [path, value, line] of SERVICE) {
  test(`a door for people with ${path} ${value === undefined ? 'left out' : JSON.stringify(value)} is named`, () => {
    const said = broken(ARGOCD, 'Service', 'argocd-ui', set(path, value))
    assert.ok(said.some(each => each.endsWith(`: ${line}`)), said.join('\n'))
  })
}

test('a port that the policy does not open in the tunnel is named with the one that nobody declared', () => {
  assert.ok(broken(ARGOCD, 'Service', 'argocd-ui', set('spec.ports.0.port', 9443)).includes('Service argocd/argocd-ui: has a port that lib/host/policy.mts does not open in the tunnel'))
})

test('a door that a network policy closes is named, by who is shut out', () => {
  const door = 'spec.ingress.0.from'
  const [pods, tunnel] = (ARGOCD.find(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === 'argocd-server')?.['spec'] as { ingress: { from: unknown[] }[] }).ingress[0]?.from ?? []
  assert.equal(broken(ARGOCD, 'NetworkPolicy', 'argocd-server', set(door, [tunnel])), ['Service argocd/argocd-ui: is not let in from ServiceLB\'s pods by a network policy'])
  assert.equal(broken(ARGOCD, 'NetworkPolicy', 'argocd-server', set(door, [pods])), ['Service argocd/argocd-ui: is not let in from the tunnel by a network policy'])
})

test('a Service of the canary that becomes a NodePort is named', () => {
  assert.equal(broken(CANARY, 'Service', 'canary', set('spec.type', 'NodePort')), ['Service canary/canary: is a NodePort'])
})

test('a namespace without a default-deny is named, and one that denies one way only', () => {
  assert.equal(without(CANARY, 'default-deny'), ['Namespace canary: nothing denies by default what may come and go'])
  assert.equal(broken(CANARY, 'NetworkPolicy', 'default-deny', set('spec.policyTypes', ['Ingress'])), without(CANARY, 'default-deny'))
  assert.equal(broken(CANARY, 'NetworkPolicy', 'default-deny', set('spec.egress', [{}])), without(CANARY, 'default-deny'))
})

test('a workload that nothing is allowed is named', () => {
  assert.equal(without(CANARY, 'canary'), ['Deployment canary/canary: no network policy allows it anything'])
})

test('a workload with a token is named where nothing lets it out to the API', () => {
  const spec: Break = object => { set(`${POD}.automountServiceAccountToken`)(object); set(`${POD}.serviceAccountName`, 'canary')(object) }
  assert.equal(broken(CANARY, 'Deployment', 'canary', spec), ['Deployment canary/canary: has a token for the API, and no network policy lets it out to 6443'])
})

test('a Secret is named by what it keeps, and not by its name alone', () => {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key', namespace: 'canary' } }
  assert.equal(violations([...CANARY, secret]), [])
  assert.ok(violations([...CANARY, { ...secret, stringData: { key: 'xyz' } }]).includes('Secret canary/key: a Secret with what it keeps'))
})

test('a namespace for pods that may more is named, an object without a namespace, and an Ingress of nobody\'s class', () => {
  assert.equal(broken(CANARY, 'Namespace', 'canary', set('metadata.labels', { 'pod-security.kubernetes.io/enforce': 'privileged' })), ['Namespace canary: does not enforce restricted pods'])
  assert.equal(broken(CANARY, 'Service', 'canary', set('metadata.namespace')), ['Service canary: says no namespace'])
  assert.equal(broken(CANARY, 'Ingress', 'canary', set('spec.ingressClassName')), ['Ingress canary/canary: is not of the class traefik'])
})

test.run()
