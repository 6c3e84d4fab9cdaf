import { atMost, type Matcher, type Want } from '../engine/want.mts'
import { quantity } from './quantity.mts'
import type { Fact } from '../engine/claim.mts'
import type { Kube } from './kube.mts'
import type { Metadata } from './manifest.mts'

/** What a node uses, and what it has to give: cores, and memory in GB of 10⁹ bytes. */
export type Usage = {
  readonly node: string
  readonly cores: number
  readonly ofCores: number
  readonly memoryGB: number
  readonly ofMemoryGB: number
  /** How old the numbers are, in seconds, by the API server's clock. */
  readonly age: number
}

type Amounts = { readonly cpu: string, readonly memory: string }
type Measured = { readonly metadata: Metadata, readonly timestamp: string, readonly usage: Amounts }
type Able = { readonly metadata: Metadata, readonly status: { readonly allocatable: Amounts } }

/** What metrics-server measured last on each node. */
export function usage(kube: Kube): Fact<Usage[]> {
  return async () => {
    const [now, measured, able] = await Promise.all([
      kube.clock(), kube.list<Measured>('/apis/metrics.k8s.io/v1beta1/nodes'), kube.list<Able>('/api/v1/nodes'),
    ])
    return parseUsage(measured, able, now)
  }
}

const some: Matcher<number> = { wants: 'more than 0', matches: found => found > 0 }

/** Numbers of one node, and of now: metrics-server asks the kubelet every 15 seconds. */
export function measured(node: string): Want<Usage[]> {
  return [{ node, cores: some, ofCores: some, memoryGB: some, ofMemoryGB: some, age: atMost(120) }]
}

/** What metrics-server and the API list, at this moment, in milliseconds. */
export function parseUsage(measured: readonly Measured[], able: readonly Able[], now: number): Usage[] {
  const gigabytes = (text: string) => Math.round(quantity(text) / 1e7) / 100
  const cores = (text: string) => Math.round(quantity(text) * 1000) / 1000
  return measured.flatMap(({ metadata: { name }, timestamp, usage }) => {
    const has = able.find(node => node.metadata.name === name)?.status.allocatable
    if (has === undefined) return []
    return [{
      node: name, cores: cores(usage.cpu), ofCores: cores(has.cpu), memoryGB: gigabytes(usage.memory), ofMemoryGB: gigabytes(has.memory),
      age: Math.max(0, Math.round((now - Date.parse(timestamp)) / 1000)),
    }]
  })
}
