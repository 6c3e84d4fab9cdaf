import { EXEMPT } from '../host/k3s-config.mts'
import type { Fact } from '../engine/claim.mts'
import type { Want } from '../engine/want.mts'
import type { Kube } from './kube.mts'
import type { Metadata } from './manifest.mts'

const ENFORCE = 'pod-security.kubernetes.io/enforce'

const PRIVILEGED = {
  apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'default', name: 'runbooks-privileged' },
  spec: { containers: [{ name: 'all', image: 'rehearsed/only', securityContext: { privileged: true } }] },
}

export type Admission = {
  /** What the API says to a privileged pod; it is only asked, and keeps none. */
  readonly inDefault: string
  /** Namespaces that are labelled to take more than the baseline. */
  readonly lenient: readonly string[]
}

/** Whether Pod Security is enforced: a privileged pod is rehearsed, and every namespace is asked for an exception of its own. */
export function privilegedPod(kube: Kube): Fact<Admission> {
  return async () => {
    const namespaces = await kube.list<{ metadata: Metadata }>('/api/v1/namespaces')
    const lenient = namespaces.filter(({ metadata: { name, labels = {} } }) => !EXEMPT.includes(name) && !['baseline', 'restricted'].includes(labels[ENFORCE] ?? 'baseline'))
    return { inDefault: await kube.rehearse(PRIVILEGED), lenient: lenient.map(({ metadata }) => metadata.name).sort() }
  }
}

/** It is refused for its privileges, and nobody has an exception but these. */
export function refused(...lenient: string[]): Want<Admission> {
  return { inDefault: { wants: 'violates PodSecurity', matches: found => /violates PodSecurity "(baseline|restricted):/.test(found) }, lenient: lenient.sort() }
}
