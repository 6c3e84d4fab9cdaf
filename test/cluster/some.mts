import type { Pod } from '../../lib/cluster/pod.mts'
import type { Metadata } from '../../lib/cluster/manifest.mts'

type PodWish = Partial<Omit<Pod, 'metadata'>> & { readonly metadata?: Partial<Metadata> }

/** A pod that serves, unless told otherwise. */
export function somePod({ metadata, spec, status }: PodWish = {}): Pod {
  return {
    metadata: { namespace: 'shop', name: 'web-1', ...metadata },
    spec: spec ?? { containers: [{ name: 'web' }] },
    status: status ?? { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }], containerStatuses: [{ name: 'web', state: {}, lastState: {} }] },
  }
}

/** The status of a pod whose container ended at this time, and runs again. */
export function restarted(finishedAt: string, reason = 'Error', exitCode = 1): Pod['status'] {
  return { ...somePod().status, containerStatuses: [{ name: 'web', state: {}, lastState: { terminated: { exitCode, reason, finishedAt } } }] }
}
