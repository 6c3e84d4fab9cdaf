import { ARGOCD } from './argocd-namespace.mts'
import type { Kube } from './kube.mts'

/** Has Argo CD look at these Applications now: no webhook reaches a server in a tunnel. */
export async function refresh(kube: Kube, names: readonly string[]): Promise<void> {
  await Promise.all(names.map(name => kube.merge({
    apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { namespace: ARGOCD, name, annotations: { 'argocd.argoproj.io/refresh': 'normal' } },
  })))
}
