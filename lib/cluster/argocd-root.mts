import { Failure } from '../engine/failure.mts'
import { drift } from './applied.mts'
import { ARGOCD } from './argocd-namespace.mts'
import type { Declared } from './gitops.mts'
import type { Fact, State } from '../engine/claim.mts'
import type { Kube } from './kube.mts'
import type { Manifest } from './manifest.mts'

/** Where the Application differs that applies all the others: the only one that is applied from here, and not by Argo CD. */
export function root(kube: Kube, declared: Fact<Declared>): State<string[]> {
  const inGit = async (): Promise<Manifest> => {
    const [first] = (await declared()).applications
    if (first?.metadata.name === 'root' && first.metadata.namespace === ARGOCD) return first
    throw new Failure('gitops/root.yaml is not the Application argocd/root', { found: `${first?.metadata.namespace ?? 'no namespace'}/${first?.metadata.name}` })
  }
  return {
    read: async () => drift(kube, [await inGit()]),
    want: [],
    act: async () => kube.apply(await inGit()),
  }
}
