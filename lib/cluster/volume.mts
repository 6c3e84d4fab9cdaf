import { ended, pod, trial, type Trial } from './trial.mts'
import type { Drill } from '../engine/claim.mts'
import type { Kube } from './kube.mts'

/** What a second pod read from the volume, and the storage class that was given to a claim that names none. */
export type Kept = { readonly read: string, readonly storageClass: string }

/** A pod writes to a new volume and is deleted; another reads the same there. */
export function volume(kube: Kube, storageClass = 'local-path'): Drill<Trial, Kept> {
  const claim = (namespace: string) => ({ namespace, name: 'kept' })
  return trial(kube, {
    more: async () => ({}),
    async disturb(trial) {
      const { namespace } = trial
      const run = (name: string, script: string) => pod(trial, namespace, { name, scripts: { [name]: script }, claim: 'kept' })
      await kube.apply({
        apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: claim(namespace),
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } },
      })
      const writer = run('writer', 'echo "$NONCE" > /data/kept && sync')
      await kube.apply(writer)
      await ended(kube, namespace, 'writer')
      await kube.remove(writer)
      await kube.apply(run('reader', 'cat /data/kept'))
    },
    async after({ namespace }) {
      const [read = ''] = await ended(kube, namespace, 'reader')
      const { spec } = await kube.get<{ spec: { storageClassName?: string } }>(`/api/v1/namespaces/${namespace}/persistentvolumeclaims/kept`)
      return { read, storageClass: spec.storageClassName ?? 'none' }
    },
    want: ({ nonce }) => ({ read: nonce, storageClass }),
  })
}
