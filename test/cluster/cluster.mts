import { called, objectPath, type Manifest, type Resource } from '../../lib/cluster/manifest.mts'
import { Failure } from '../../lib/engine/failure.mts'
import { somePod } from './some.mts'
import type { Kube } from '../../lib/cluster/kube.mts'
import type { Pod } from '../../lib/cluster/pod.mts'

/** What becomes of a pod: its status, and what it printed. */
export type Fate = { readonly status?: Pod['status'], readonly log?: string }

export type Cluster = { readonly kube: Kube, readonly done: string[], readonly objects: Map<string, Manifest> }

const CONFIG = { data: { 'helperPod.yaml': 'spec:\n  containers:\n  - name: helper-pod\n    image: "rancher/mirrored-library-busybox:1.37.0"\n' } }

/** A cluster in memory: what is applied is there until its namespace goes, and each pod meets its fate at once. */
export function cluster(fate: (pod: Manifest) => Fate, exec: Kube['exec'] = async () => ''): Cluster {
  const objects = new Map<string, Manifest>()
  const done: string[] = []
  const pathOf = (object: Manifest) => objectPath(object, [resource(object.kind)])
  const at = (path: string): unknown => {
    if (path.endsWith('/configmaps/local-path-config')) return CONFIG
    if (path.endsWith('/services/kubernetes')) return { spec: { clusterIP: '10.43.0.1' } }
    if (path.endsWith('/persistentvolumes')) return []
    const found = objects.get(path)
    if (found === undefined) throw new Failure(`a reading failed: the API server answers 404 NotFound`, { command: path })
    return found.kind === 'Pod' ? { ...somePod(), ...found, status: fate(found).status ?? { phase: 'Succeeded' } } : found
  }
  const kube: Kube = {
    get: async <T,>(path: string) => at(path) as T,
    list: async <T,>(path: string) => at(path) as T[],
    raw: async path => fate(objects.get(path.split('/log')[0] ?? '') as Manifest).log ?? '',
    version: async () => 'v1.36.3+k3s1',
    clock: async () => Date.now(),
    authority: async () => '',
    async apply(object) {
      done.push(`apply ${called(object).replace(/[0-9a-f]{10}/g, 'X')}`)
      objects.set(pathOf(object), object)
    },
    find: async object => objects.get(pathOf(object)),
    async merge(object) {
      done.push(`change ${called(object)}`)
    },
    rehearse: async () => 'taken',
    rehearsed: async object => object,
    async remove(object) {
      done.push(`remove ${called(object).replace(/[0-9a-f]{10}/g, 'X')}`)
      for (const path of objects.keys()) if (`${path}/`.includes(`/${resource(object.kind).name}/${object.metadata.name}/`)) objects.delete(path)
    },
    exec,
  }
  return { kube, done, objects }
}

function resource(kind: string): Resource {
  const name = { Ingress: 'ingresses', NetworkPolicy: 'networkpolicies' }[kind] ?? `${kind.toLowerCase()}s`
  return { kind, name, namespaced: kind !== 'Namespace' }
}
