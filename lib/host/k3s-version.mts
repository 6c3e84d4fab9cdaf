import { pinned } from './versions.mts'
import type { Fact } from '../engine/claim.mts'
import type { Matcher } from '../engine/want.mts'
import type { Host } from './host.mts'

/** A version such as `v1.36.5+k3s1` as numbers: major, minor, patch and K3s' own; throws on anything else. */
export function parseVersion(text: string): [major: number, minor: number, patch: number, build: number] {
  const [, ...parts] = /^v(\d+)\.(\d+)\.(\d+)\+k3s(\d+)$/.exec(text) ?? []
  const [major, minor, patch, build] = parts.map(Number)
  if (major === undefined || minor === undefined || patch === undefined || build === undefined) throw new Error(`${text} is not a version of K3s such as v1.36.5+k3s1`)
  return [major, minor, patch, build]
}

/** What the way from one version to the other is, in words that say what will restart. */
export function stepBetween(from: string, to: string): string {
  const [[major, minor, ...rest], [toMajor, toMinor, ...toRest]] = [parseVersion(from), parseVersion(to)]
  const way = `${from} to ${to}`
  if (from === to) return `none: ${to} is installed`
  if (toMajor < major || (toMajor === major && (toMinor < minor || (toMinor === minor && isLower(toRest, rest))))) return `down: ${way}`
  if (toMajor > major || toMinor > minor + 1) return `skips a minor: ${way}`
  return `${toMinor > minor ? 'next minor' : 'patch'}: ${way}; restarts K3s, and the pods go on`
}

/** The step from the K3s that is installed to the pinned one. */
export function step(host: Host, folder: string): Fact<string> {
  return async () => {
    const there = await installedVersion(host)
    const pin = pinned(folder, 'k3s')
    return there === undefined ? `first: ${pin}` : stepBetween(there, pin)
  }
}

/** Holds for a step that Kubernetes supports: no minor version is skipped, and none is gone back. */
export const possible: Matcher<string> = {
  wants: 'first, none, a patch or the next minor',
  matches: found => /^(first|none|patch|next minor):/.test(found),
}

/** The version that the binary on the host says it is; nothing where there is no binary, or none that runs. */
export async function installedVersion(host: Host): Promise<string | undefined> {
  const text = await host.read('/usr/local/bin/k3s --version 2>/dev/null || true')
  return /^k3s version (\S+)/m.exec(text)?.[1]
}

function isLower(one: readonly number[], other: readonly number[]): boolean {
  const index = one.findIndex((number, place) => number !== other[place])
  return index >= 0 && (one[index] ?? 0) < (other[index] ?? 0)
}
