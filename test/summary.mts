import { human } from '../lib/engine/deadline.mts'
import type { Told } from './child.mts'

/** A group of test files that ran, or the reason why it did not. */
export type Group = { readonly name: string, readonly told: readonly Told[], readonly ms: number, readonly left?: { readonly files: number, readonly why: string } }

/** The whole of it: a line per group, the slowest story, every failure again, and as the last line the counts. */
export function summary(groups: readonly Group[]): string[] {
  const told = groups.flatMap(group => group.told)
  const [slowest] = groups.filter(({ name }) => name === 'lab').flatMap(group => group.told).toSorted((one, other) => other.ms - one.ms)
  return [
    '',
    ...groups.map(groupLine),
    ...(slowest ? [`slowest story: ${slowest.name}, ${human(slowest.ms)}`] : []),
    ...told.flatMap(({ titles }) => titles.map(title => `failed: ${title}`)),
    counted(groups),
  ]
}

/** The counts of all groups, as `N passed, N failed`, with `, N skipped` where there are any. */
export function counted(groups: readonly Group[]): string {
  const { passed, failed, skipped } = sums(groups)
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

export function sums(groups: readonly Group[]): { passed: number, failed: number, skipped: number } {
  const sum = (of: 'passed' | 'failed' | 'skipped') => groups.flatMap(({ told }) => told).reduce((total, one) => total + one[of], 0)
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') + groups.reduce((total, { left }) => total + (left?.files ?? 0), 0) }
}

function groupLine({ name, told, ms, left }: Group): string {
  if (left) return `${name.padEnd(12)} skipped: ${left.why}`
  return `${name.padEnd(12)} ${counted([{ name, told, ms }])}, in ${filesOf(told)}, ${human(ms)}`
}

function filesOf(told: readonly Told[]): string {
  const files = told.reduce((sum, one) => sum + one.files, 0)
  return `${files} ${files === 1 ? 'file' : 'files'}`
}
