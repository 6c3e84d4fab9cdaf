import { called, type Manifest } from '../../lib/cluster/manifest.mts'
import type { Kube } from '../../lib/cluster/kube.mts'

/** What is at a path, or under an object's name for people: the answer itself, the items of a list, or a function that tells. */
export type Paths = Readonly<Record<string, unknown>>

/** An API with these answers, at this moment; and what was done to it. */
export function fakeKube(paths: Paths, now = Date.parse('2026-11-21T12:00:00Z')): { kube: Kube, done: string[] } {
  const done: string[] = []
  const at = (path: string): unknown => {
    if (!(path in paths)) throw new Error(`nothing is at ${path}`)
    const answer = paths[path]
    return typeof answer === 'function' ? (answer as () => unknown)() : answer
  }
  const kube: Kube = {
    get: async <T,>(path: string) => at(path) as T,
    list: async <T,>(path: string) => at(path) as T[],
    raw: async path => String(at(path)),
    version: async () => 'v1.36.3+k3s1',
    clock: async () => now,
    authority: async () => '',
    find: async object => paths[called(object)] as Manifest | undefined,
    apply: async (object, as) => void done.push(`apply ${called(object)}${as === undefined ? '' : ` as ${as}`}`),
    merge: async object => void done.push(`change ${called(object)}`),
    rehearse: async () => 'taken',
    rehearsed: async object => object,
    remove: async (object: Manifest) => void done.push(`remove ${called(object)}`),
    exec: async () => '',
  }
  return { kube, done }
}
