import { asFailure } from '../engine/failure.mts'
import { called, type Manifest } from './manifest.mts'
import type { Kube } from './kube.mts'

const AT_ONCE = 6
// What the API and its controllers write into any object; Applications have their status and what runs in them at the top as well.
const METADATA = ['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp', 'selfLink']
const RUNNING = ['status', 'operation']
const OWN = 'runbooks'
/** In a line of `drift` where somebody else holds a field with another value than ours: the API's own words. */
export const CONFLICT = 'conflict with '
// A restart by hand leaves its time in the pods' template, and changes nothing else.
const RESTARTED = /restartedAt$/

type Fields = { readonly [key: string]: Fields }
type Managed = { readonly manager?: string, readonly operation?: string, readonly subresource?: string, readonly fieldsV1?: Fields }

/** Where each object is not as it would be once it was applied, one line an object; `absent` where there is none. */
export async function drift(kube: Kube, objects: readonly Manifest[]): Promise<string[]> {
  const lines: string[] = []
  for (let at = 0; at < objects.length; at += AT_ONCE) {
    const found = await Promise.all(objects.slice(at, at + AT_ONCE).map(async object => [called(object), ...await deviations(kube, object)]))
    lines.push(...found.filter(([, ...what]) => what.length > 0).map(([name, ...what]) => `${name}: ${what.join(', ')}`))
  }
  return lines
}

async function deviations(kube: Kube, object: Manifest): Promise<string[]> {
  const live = await kube.find(object)
  if (live === undefined) return ['absent']
  const { managedFields = [] } = live.metadata as { managedFields?: readonly Managed[] }
  // Somebody who holds one of our fields with another value is told by the API itself.
  const wanted = await kube.rehearsed(object).catch((thrown: unknown) => String(asFailure(thrown).facts.found ?? asFailure(thrown).message))
  return [...typeof wanted === 'string' ? [wanted] : differences(compared(live), compared(wanted)), ...foreign(managedFields)]
}

function compared({ metadata, ...object }: Manifest): Record<string, unknown> {
  const without = (all: object, names: readonly string[]) => Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)))
  return { ...without(object, RUNNING), metadata: without(metadata, METADATA) }
}

/** The paths at which two values are not the same. */
export function differences(one: unknown, other: unknown, path = ''): string[] {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return Object.is(one, other) ? [] : [path]
  const [mine, theirs] = [one as Record<string, unknown>, other as Record<string, unknown>]
  const keys = [...new Set([...Object.keys(mine), ...Object.keys(theirs)])]
  return keys.flatMap(key => differences(mine[key], theirs[key], Array.isArray(one) ? `${path}[${key}]` : path ? `${path}.${key}` : key))
}

/** What others than us hold of an object, and we do not: whatever somebody added by hand. */
export function foreign(managed: readonly Managed[]): string[] {
  const ours = new Set(managed.filter(isOurs).flatMap(({ fieldsV1 = {} }) => paths(fieldsV1)))
  return managed.filter(each => !isOurs(each) && each.subresource !== 'status').flatMap(({ manager = 'somebody', fieldsV1 = {} }) => {
    const added = paths(fieldsV1).filter(path => !isOutside(path) && !ours.has(path) && !RESTARTED.test(path))
    return added.map(path => `${path} by ${manager}`)
  })
}

function isOurs({ manager, operation }: Managed): boolean {
  return manager === OWN && operation === 'Apply'
}

function isOutside(path: string): boolean {
  return /^(metadata|status|operation)\b/.test(path)
}

/** The leaves of what managedFields lists: `spec.replicas`, `spec.containers[name=web].image`. */
function paths(fields: Fields, path = ''): string[] {
  return Object.entries(fields).filter(([key]) => key !== '.').flatMap(([key, inside]) => {
    const here = `${path}${named(key, path)}`
    return Object.keys(inside).filter(each => each !== '.').length === 0 ? [here] : paths(inside, here)
  })
}

function named(key: string, path: string): string {
  if (key.startsWith('f:')) return `${path ? '.' : ''}${key.slice(2)}`
  if (!key.startsWith('k:')) return `[${key.slice(2)}]`
  return `[${Object.entries(JSON.parse(key.slice(2)) as Record<string, unknown>).map(([name, value]) => `${name}=${String(value)}`).join(',')}]`
}
