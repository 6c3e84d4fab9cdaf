import { Failure } from '../engine/failure.mts'
import { CANARY } from './canary.mts'
import { inTime, moments, type Moment } from './moments.mts'
import type { Drill } from '../engine/claim.mts'
import type { Kube } from './kube.mts'
import type { Manifest } from './manifest.mts'

/** The label that is taken away: what it says, and when Argo CD wrote it. */
export type Label = { readonly value: string, readonly written: string }

/** Seconds until Argo CD had written it again. */
export type Healed = { readonly healed: Moment }

const LABEL = 'app.kubernetes.io/name'
const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace: CANARY, name: CANARY } } as const

/** A label of the canary's Deployment is taken away by hand, and Argo CD writes it anew. */
export function selfHeal(kube: Kube, within = '3m'): Drill<Label, Healed> {
  let found: Healed = { healed: 'never' }
  const read = async () => parseLabel(await kube.find(DEPLOYMENT))
  return {
    effect: 'pod',
    async before() {
      // What a drill before this one had to put back itself is not Argo CD's own, and so is as good as never written.
      const { value, written = '' } = await read()
      if (value !== undefined) return { value, written }
      throw new Failure(`the Deployment ${CANARY}/${CANARY} has no label ${LABEL}`, { next: `kubectl -n ${CANARY} get deployment ${CANARY} --show-labels` })
    },
    async disturb({ value, written }) {
      await kube.merge(labelled(null))
      // It may be back before anybody has looked: that it was written since is what tells.
      found = await moments(within, performance.now(), { healed: async () => { const label = await read(); return label.value === value && ![undefined, written].includes(label.written) } })
    },
    after: async () => found,
    want: () => ({ healed: inTime }),
    async restore({ value }) {
      const deployment = await kube.find(DEPLOYMENT)
      if (deployment !== undefined && parseLabel(deployment).value !== value) await kube.merge(labelled(value))
    },
  }
}

type Fields = { readonly 'f:metadata'?: { readonly 'f:labels'?: Readonly<Record<string, unknown>> } }
type Managed = { readonly managedFields?: readonly { readonly manager?: string, readonly time?: string, readonly fieldsV1?: Fields }[] }

/** What the label says, and when Argo CD wrote it, if it did. */
export function parseLabel(object: Manifest | undefined): Partial<Label> {
  const { labels, managedFields = [] } = (object?.metadata ?? {}) as Partial<Manifest['metadata']> & Managed
  const [value, its] = [labels?.[LABEL], managedFields.find(({ manager, fieldsV1 }) => manager === 'argocd-controller' && fieldsV1?.['f:metadata']?.['f:labels']?.[`f:${LABEL}`] !== undefined)]
  return { ...(value !== undefined && { value }), ...(its?.time !== undefined && { written: its.time }) }
}

// What is null is taken away.
function labelled(value: string | null): Manifest {
  return { ...DEPLOYMENT, metadata: { ...DEPLOYMENT.metadata, labels: { [LABEL]: value as string } } }
}
