import type { State } from '../engine/claim.mts'
import type { Kube } from './kube.mts'
import type { Manifest } from './manifest.mts'

/** Where Argo CD lives. */
export const ARGOCD = 'argocd'

const ENFORCE = 'pod-security.kubernetes.io/enforce'
const NAMESPACE: Manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: ARGOCD } }

export type Home = { readonly phase: string, readonly pods: string }

/** The namespace, which takes only pods that need no privilege at all; a label that was set by hand is set back. */
export function namespace(kube: Kube): State<Home> {
  return {
    async read() {
      const found = await kube.find(NAMESPACE)
      const { phase = 'absent' } = (found?.status ?? {}) as { phase?: string }
      return { phase, pods: found?.metadata.labels?.[ENFORCE] ?? 'as the cluster has it' }
    },
    want: { phase: 'Active', pods: 'restricted' },
    async act() {
      await kube.apply(NAMESPACE)
      await kube.merge({ ...NAMESPACE, metadata: { name: ARGOCD, labels: { [ENFORCE]: 'restricted' } } })
    },
  }
}
