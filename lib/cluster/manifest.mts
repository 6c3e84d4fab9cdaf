import { Failure } from '../engine/failure.mts'
import { Secret } from '../secrets/secret.mts'

/** What every object says of itself, as far as this code looks at it. */
export type Metadata = {
  readonly name: string
  readonly namespace?: string
  readonly uid?: string
  readonly creationTimestamp?: string
  readonly resourceVersion?: string
  readonly generation?: number
  readonly deletionTimestamp?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly ownerReferences?: readonly { readonly kind: string, readonly name: string }[]
}

/** An object as it is applied: what it is, what it is called, and whatever else it says. */
export type Manifest = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: Metadata
  readonly [field: string]: unknown
}

/** What a group of the API knows of one of its resources. */
export type Resource = { readonly name: string, readonly kind: string, readonly namespaced: boolean }

/** An object's name for people: `Deployment kube-system/traefik`. */
export function called({ kind, metadata: { namespace, name } }: Pick<Manifest, 'kind' | 'metadata'>): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`
}

/** Where the API keeps a group's objects: `/api/v1`, `/apis/apps/v1`. */
export function groupPath(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
}

/** Where the API keeps this object, by the resources of its group; throws when the group has none of its kind. */
export function objectPath(object: Manifest, resources: readonly Resource[]): string {
  const { apiVersion, kind, metadata: { namespace = 'default', name } } = object
  // `deployments/scale` and the like are parts of an object.
  const resource = resources.find(each => each.kind === kind && !each.name.includes('/'))
  if (resource === undefined) throw new Failure(`the API server knows no ${kind} of ${apiVersion}`, { next: `kubectl api-resources | grep ${kind}` })
  return `${groupPath(apiVersion)}/${resource.namespaced ? `namespaces/${namespace}/` : ''}${resource.name}/${name}`
}

/** The object as JSON on its way to the API: the one place where what is `Secret` in it is written out. */
export function body(object: Manifest): string {
  return JSON.stringify(object, function (this: Record<string, unknown>, key: string, value: unknown) {
    const original = this[key]
    return original instanceof Secret ? original.reveal() : value
  })
}

/** Why an object that is being deleted is still there, by its JSON: what it waits for, in its own words. */
export function holdUp(text: string): string {
  const { metadata, status } = JSON.parse(text) as { metadata: Metadata & { finalizers?: string[] }, status?: { conditions?: { status: string, message?: string }[] } }
  const words = (status?.conditions ?? []).filter(({ status, message }) => status === 'True' && message).map(({ message }) => message)
  return [...words, ...(metadata.finalizers ?? []).map(name => `finalizer ${name}`)].join('; ') || 'nothing says why'
}
