import { asFailure } from '../engine/failure.mts'
import { pinned } from '../host/versions.mts'
import type { Fact } from '../engine/claim.mts'
import type { Matcher, Want } from '../engine/want.mts'
import type { Kube } from './kube.mts'
import type { Metadata } from './manifest.mts'

export type Node = {
  readonly name: string
  readonly ready: boolean
  readonly schedulable: boolean
  /** What the kubelet itself says now: the object in the API may be older than the last reboot. */
  readonly kubelet: string
  readonly taints: readonly string[]
  /** Conditions that should not be: `MemoryPressure`, `DiskPressure`, and why it is not Ready. */
  readonly trouble: readonly string[]
}

type Listed = {
  readonly metadata: Metadata
  readonly spec: { readonly unschedulable?: boolean, readonly taints?: readonly { readonly key: string, readonly effect: string }[] }
  readonly status: {
    readonly conditions?: readonly { readonly type: string, readonly status: string, readonly reason?: string, readonly message?: string }[]
    readonly nodeInfo: { readonly kubeletVersion: string, readonly containerRuntimeVersion: string }
  }
}

const NODES = '/api/v1/nodes'

/** The cluster's nodes, sorted by name. */
export function nodes(kube: Kube): Fact<Node[]> {
  return async () => {
    const listed = await kube.list<Listed>(NODES)
    const found = listed.map(async node => ({ ...parseNode(node), kubelet: await kubelet(kube, node.metadata.name) }))
    return (await Promise.all(found)).sort((one, other) => one.name.localeCompare(other.name))
  }
}

/** Exactly one node of this name, ready to be given work. */
export function oneReady(name: string): Want<Node[]> {
  return [{ name, ready: true, schedulable: true, kubelet: 'ok', taints: [], trouble: [] }]
}

export type Versions = { readonly api: string, readonly kubelets: readonly string[] }

/** The versions that run: what the API server says of itself, and what each kubelet says of itself. */
export function versions(kube: Kube): Fact<Versions> {
  return async () => {
    const [api, listed] = await Promise.all([kube.version(), kube.list<Listed>(NODES)])
    return { api, kubelets: listed.map(({ status }) => status.nodeInfo.kubeletVersion) }
  }
}

/** The version that versions.yaml pins, of the API and of exactly one kubelet. */
export function pinnedTo(folder: string): Matcher<Versions> {
  return {
    wants: 'the pinned version, of the API and of one kubelet',
    matches: ({ api, kubelets }) => api === pinned(folder, 'k3s') && kubelets.length === 1 && kubelets[0] === api,
  }
}

/** A node of the API's list; what its kubelet says is another reading. */
export function parseNode({ metadata, spec, status: { conditions = [] } }: Listed): Omit<Node, 'kubelet'> {
  const bad = conditions.filter(({ type, status }) => (type === 'Ready' ? status !== 'True' : status !== 'False'))
  return {
    name: metadata.name,
    ready: conditions.some(({ type, status }) => type === 'Ready' && status === 'True'),
    schedulable: spec.unschedulable !== true,
    taints: (spec.taints ?? []).map(({ key, effect }) => `${key}:${effect}`).sort(),
    trouble: bad.map(({ type, reason, message }) => [type, reason, message].filter(Boolean).join(': ')),
  }
}

/** Asked through the API server, so the answer is the running kubelet's and not the datastore's. */
async function kubelet(kube: Kube, name: string): Promise<string> {
  return kube.raw(`${NODES}/${name}/proxy/healthz`).then(text => text.trim(), (thrown: unknown) => {
    const { message, facts } = asFailure(thrown)
    return String(facts.found ?? message)
  })
}
