import type { Fact } from '../engine/claim.mts'
import type { Matcher } from '../engine/want.mts'
import type { Kube } from './kube.mts'
import type { Metadata } from './manifest.mts'

type Role = { readonly metadata: Metadata, readonly rules?: readonly { readonly resources?: readonly string[], readonly verbs?: readonly string[] }[] | null }
type Subject = { readonly kind: string, readonly name: string, readonly namespace?: string }
type Binding = { readonly metadata: Metadata, readonly roleRef: { readonly kind: string, readonly name: string }, readonly subjects?: readonly Subject[] }

/** What the API lists of who may do what. */
export type Access = {
  readonly clusterRoles: readonly Role[]
  readonly roles: readonly Role[]
  readonly clusterRoleBindings: readonly Binding[]
  readonly roleBindings: readonly Binding[]
}

const RBAC = '/apis/rbac.authorization.k8s.io/v1'

const REQUIRED = ['Group system:masters by cluster-admin']

// K3s installs Traefik by its Helm controller, whose jobs may do everything; and so may Argo CD, which applies whatever Git has.
const ALLOWED = [
  ...['traefik', 'traefik-crd'].map(chart => `ServiceAccount kube-system/helm-${chart} by helm-kube-system-${chart}`),
  'ServiceAccount argocd/argocd-application-controller by argocd-application-controller as argocd-application-controller',
]

/** Everybody who may do everything, in the cluster or in a namespace, by the name of the binding and, where it is not cluster-admin, of the role. */
export function admins(kube: Kube): Fact<string[]> {
  return async () => {
    const [clusterRoles, roles, clusterRoleBindings, roleBindings] = await Promise.all([
      kube.list<Role>(`${RBAC}/clusterroles`), kube.list<Role>(`${RBAC}/roles`),
      kube.list<Binding>(`${RBAC}/clusterrolebindings`), kube.list<Binding>(`${RBAC}/rolebindings`),
    ])
    return parseAdmins({ clusterRoles, roles, clusterRoleBindings, roleBindings })
  }
}

/** Holds for those K3s cannot do without, those it may have, and these others: no more, and no fewer of the first and the last. */
export function declared(...others: string[]): Matcher<string[]> {
  const required = [...REQUIRED, ...others]
  return {
    wants: `${required.join(', ')}; and nothing beside but ${ALLOWED.join(', ')}`,
    matches: found => required.every(each => found.includes(each)) && found.every(each => required.includes(each) || ALLOWED.includes(each)),
  }
}

/** Who is bound to cluster-admin, or to a role by any name with every verb on every resource of a group. */
export function parseAdmins({ clusterRoles, roles, clusterRoleBindings, roleBindings }: Access): string[] {
  const named = ({ metadata: { namespace, name } }: { metadata: Metadata }) => (namespace === undefined ? name : `${namespace}/${name}`)
  const mighty = new Set([...clusterRoles, ...roles].filter(isMighty).map(named)).add('cluster-admin')
  return [...clusterRoleBindings, ...roleBindings].flatMap(binding => {
    const { metadata: { namespace }, roleRef, subjects = [] } = binding
    const role = roleRef.kind === 'Role' ? `${namespace}/${roleRef.name}` : roleRef.name
    if (!mighty.has(role)) return []
    const how = `by ${named(binding)}${role === 'cluster-admin' ? '' : ` as ${role}`}`
    return subjects.map(({ kind, name, namespace: home }) => `${kind} ${home === undefined ? '' : `${home}/`}${name} ${how}`)
  }).sort()
}

function isMighty({ rules }: Role): boolean {
  return (rules ?? []).some(({ resources = [], verbs = [] }) => resources.includes('*') && verbs.includes('*'))
}
