import type { Fact } from '../engine/claim.mts'
import type { Kube } from './kube.mts'
import type { Metadata } from './manifest.mts'

/** An object by its key in the datastore, as the API lists it: when it was made, in seconds since 1970, and the revision that wrote it. */
export type Living = { readonly key: string, readonly uid: string, readonly created: number, readonly revision: number, readonly secret: boolean }

/** What the API says of its groups, in its aggregated form. */
export type Discovery = {
  readonly items: readonly {
    readonly metadata?: { readonly name?: string }
    readonly versions: readonly { readonly version: string, readonly resources?: readonly { readonly resource: string, readonly verbs: readonly string[] }[] }[]
  }[]
}

type Listable = { readonly path: string, readonly prefix: string }
type Apiservice = { readonly spec: { readonly group?: string, readonly service?: unknown } }

const DISCOVERY = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
const METADATA = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1'
const EXTENSIONS = 'apiextensions.k8s.io'

// Where Kubernetes keeps what it once called otherwise (pkg/kubeapiserver/default_storage_factory_builder.go).
const ELSEWHERE: Readonly<Record<string, string>> = {
  endpoints: 'services/endpoints', services: 'services/specs', nodes: 'minions', ingresses: 'ingress', replicationcontrollers: 'controllers',
}

/** Every object that the datastore holds, asked for kind by kind, sorted by key; what an aggregated API makes up is not kept anywhere. */
export function living(kube: Kube): Fact<Living[]> {
  return async () => {
    const [core, groups, services, definitions] = await Promise.all([
      kube.get<Discovery>('/api', DISCOVERY), kube.get<Discovery>('/apis', DISCOVERY),
      kube.list<Apiservice>('/apis/apiregistration.k8s.io/v1/apiservices'),
      kube.list<{ spec: { group: string } }>(`/apis/${EXTENSIONS}/v1/customresourcedefinitions`),
    ])
    const aggregated = services.flatMap(({ spec }) => (spec.service && spec.group ? [spec.group] : []))
    const found = new Map<string, Living>()
    await Promise.all(listable(core, groups, aggregated, definitions.map(({ spec }) => spec.group)).map(async ({ path, prefix }) => {
      for (const { metadata } of await kube.list<{ metadata: Metadata }>(path, METADATA)) {
        if (metadata.uid !== undefined) found.set(keyOf(prefix, metadata), parseLiving(prefix, metadata))
      }
    }))
    return [...found.values()].sort((one, other) => (one.key < other.key ? -1 : 1))
  }
}

/** Each kind of object once, in the version its group prefers, with its place in the datastore. */
export function listable(core: Discovery, groups: Discovery, aggregated: readonly string[], custom: readonly string[]): Listable[] {
  const kinds = new Map<string, Listable>()
  for (const { metadata: { name: group = '' } = {}, versions } of [...core.items, ...groups.items]) {
    if (aggregated.includes(group)) continue
    // These two are servers of their own, and custom resources belong to one of them: they keep everything under its group.
    const grouped = group === EXTENSIONS || group === 'apiregistration.k8s.io' || custom.includes(group)
    for (const { version, resources = [] } of versions) {
      for (const { resource, verbs } of resources) {
        if (!verbs.includes('list') || kinds.has(`${group}/${resource}`)) continue
        const path = group === '' ? `/api/${version}/${resource}` : `/apis/${group}/${version}/${resource}`
        kinds.set(`${group}/${resource}`, { path, prefix: grouped ? `${group}/${resource}` : ELSEWHERE[resource] ?? resource })
      }
    }
  }
  return [...kinds.values()]
}

function keyOf(prefix: string, { namespace, name }: Metadata): string {
  return `/registry/${prefix}/${namespace === undefined ? '' : `${namespace}/`}${name}`
}

function parseLiving(prefix: string, metadata: Metadata): Living {
  const { uid = '', creationTimestamp = '', resourceVersion } = metadata
  return { key: keyOf(prefix, metadata), uid, created: Date.parse(creationTimestamp) / 1000, revision: Number(resourceVersion), secret: prefix === 'secrets' }
}
