import type { Metadata } from './manifest.mts'

type Ended = { readonly exitCode: number, readonly reason?: string, readonly finishedAt?: string }
type Container = { readonly name: string, readonly image?: string, readonly ports?: readonly { readonly hostPort?: number, readonly hostIP?: string, readonly protocol?: string }[] }
type ContainerState = {
  readonly name: string
  readonly state?: { readonly running?: { readonly startedAt?: string }, readonly waiting?: { readonly reason?: string, readonly message?: string }, readonly terminated?: Ended }
  readonly lastState?: { readonly terminated?: Ended }
}

/** A pod as the API tells of it, as far as this code looks at it. */
export type Pod = {
  readonly metadata: Metadata
  readonly spec: { readonly hostNetwork?: boolean, readonly containers: readonly Container[], readonly initContainers?: readonly Container[] }
  readonly status: {
    readonly phase?: string
    readonly podIP?: string
    readonly reason?: string
    readonly message?: string
    readonly conditions?: readonly { readonly type: string, readonly status: string, readonly message?: string }[]
    readonly containerStatuses?: readonly ContainerState[]
    readonly initContainerStatuses?: readonly ContainerState[]
  }
}

/** Whether it serves: every container of it is ready, and it is not on its way out. */
export function serves({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp === undefined && (status.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True')
}

/** How it is, in the words of Kubernetes: the phase, and what holds it up. */
export function condition({ metadata, status }: Pod): string {
  const states = [...status.initContainerStatuses ?? [], ...status.containerStatuses ?? []]
  const waiting = states.flatMap(({ state }) => state?.waiting ?? [])[0]
  const failed = states.flatMap(({ state, lastState }) => [state?.terminated, lastState?.terminated]).find(ended => ended && ended.exitCode !== 0)
  const held = (status.conditions ?? []).find(({ type, status: held, message }) => type === 'PodScheduled' && held === 'False' && message)
  const words = [
    status.reason ?? status.message, held?.message, waiting && [waiting.reason, waiting.message].filter(Boolean).join(' '),
    failed && `exit ${failed.exitCode} ${failed.reason ?? ''}`.trim(), metadata.deletionTimestamp && 'being deleted',
  ].filter(Boolean)
  return [status.phase ?? 'Unknown', ...words].join(': ')
}

/**
 * When a container of it last ended although nobody had asked, in milliseconds; nothing where none did. With the node
 * gone down under it, containerd has only `Unknown` to say, and that is no fault of the container.
 */
export function crashed({ status }: Pod): number | undefined {
  const ends = (status.containerStatuses ?? []).flatMap(({ lastState }) => lastState?.terminated ?? []).filter(({ reason }) => reason !== 'Unknown')
  const last = Math.max(...ends.map(({ finishedAt = '' }) => Date.parse(finishedAt) || 0))
  return ends.length === 0 ? undefined : last
}

/** When the oldest of its running containers was started, in milliseconds; nothing where none runs. */
export function runningSince({ status }: Pod): number | undefined {
  const starts = (status.containerStatuses ?? []).flatMap(({ state }) => (state?.running?.startedAt ? [Date.parse(state.running.startedAt)] : []))
  return starts.length === 0 ? undefined : Math.min(...starts)
}

/** Who keeps it running, such as `kube-system/traefik`: a Deployment by its own name, without its ReplicaSet's. */
export function owner({ metadata: { namespace = '', name, labels = {}, ownerReferences = [] } }: Pod): string {
  const [first] = ownerReferences
  if (first === undefined) return `${namespace}/${name}`
  const hash = labels['pod-template-hash']
  return `${namespace}/${first.kind === 'ReplicaSet' && hash ? first.name.replace(new RegExp(`-${hash}$`), '') : first.name}`
}
