import { CONFLICT, drift } from './applied.mts'
import { ARGOCD } from './argocd-namespace.mts'
import { called, type Manifest, type Metadata } from './manifest.mts'
import { atLeast } from '../engine/want.mts'
import type { Fact, State } from '../engine/claim.mts'
import type { Kube } from './kube.mts'

export type Installed = {
  /** The objects of the manifest that are installed. */
  readonly objects: number
  /** Those that are not as the manifest has them, each with the places. */
  readonly differs: readonly string[]
  /** What stands in Argo CD's namespace, or acts for it, and neither the manifest nor Git has it. */
  readonly extra: readonly string[]
}

type Subject = { readonly kind: string, readonly namespace?: string }
type Listed = { readonly metadata: Metadata, readonly subjects?: readonly Subject[] }

const RBAC = '/apis/rbac.authorization.k8s.io/v1'
const HERE: Readonly<Record<string, string>> = {
  Deployment: '/apis/apps/v1', StatefulSet: '/apis/apps/v1', DaemonSet: '/apis/apps/v1', ReplicaSet: '/apis/apps/v1', Job: '/apis/batch/v1', CronJob: '/apis/batch/v1', Pod: '/api/v1', ServiceAccount: '/api/v1', Role: RBAC, RoleBinding: RBAC,
}
const EVERYWHERE: Readonly<Record<string, string>> = { ClusterRole: RBAC, ClusterRoleBinding: RBAC, RoleBinding: RBAC }
// Kubernetes makes it in every namespace.
const BY_ITSELF = [`ServiceAccount ${ARGOCD}/default`]
const PART = 'app.kubernetes.io/part-of'
// What Argo CD itself applied, and prunes when Git has it no more.
const TRACKED = 'argocd.argoproj.io/tracking-id'

/** Argo CD as its manifest has it, field by field as the API itself would fill it in, and nothing beside it. */
export function installed(kube: Kube, manifest: Fact<Manifest[]>): State<Installed> {
  return {
    async read() {
      const objects = await manifest()
      const [differs, extra] = await Promise.all([drift(kube, objects), extras(kube, objects)])
      return { objects: objects.length, differs, extra }
    },
    want: { objects: atLeast(1), differs: [], extra: [] },
    async act(found) {
      // Where somebody else holds a field it would only be refused: the next reading names him, whatever else could be mended.
      const open = found?.differs.filter(line => !line.includes(CONFLICT))
      for (const object of await manifest()) if (open === undefined || open.some(line => line.startsWith(`${called(object)}: `))) await kube.apply(object)
    },
  }
}

async function extras(kube: Kube, objects: readonly Manifest[]): Promise<string[]> {
  const ours = new Set([...objects.map(called), ...BY_ITSELF])
  const listed = async (kind: string, path: string) => (await kube.list<Listed>(`${path}/${kind.toLowerCase()}s`)).map(each => ({ kind, ...each }))
  const [here, everywhere] = await Promise.all([
    Promise.all(Object.entries(HERE).map(([kind, group]) => listed(kind, `${group}/namespaces/${ARGOCD}`))),
    Promise.all(Object.entries(EVERYWHERE).map(([kind, group]) => listed(kind, group))),
  ])
  const acting = everywhere.flat().filter(({ kind, metadata, subjects = [] }) => (kind !== 'RoleBinding' && metadata.labels?.[PART] === ARGOCD) || subjects.some(({ namespace }) => namespace === ARGOCD))
  return [...new Set([...here.flat(), ...acting].filter(each => isLoose(each) && !ours.has(called(each))).map(called))].sort()
}

/** Whether nobody answers for it: no owner whose work it is, and not Git. */
function isLoose({ metadata: { ownerReferences = [], annotations = {} } }: Listed): boolean {
  return ownerReferences.length === 0 && annotations[TRACKED] === undefined
}
