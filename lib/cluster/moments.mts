import { Failure } from '../engine/failure.mts'
import { patiently } from './patience.mts'

/** Seconds since a start, to a tenth, at which something was seen for the first time. */
export type Moment = number | 'never'

/** When each of these was first seen, in seconds since `start`; what was not seen before the deadline is `never`. A sign that cannot be read is none yet. */
export async function moments<Sign extends string>(within: string, start: number, signs: Readonly<Record<Sign, () => Promise<boolean>>>): Promise<Record<Sign, Moment>> {
  const names = Object.keys(signs) as Sign[]
  const seen = Object.fromEntries(names.map(name => [name, 'never'])) as Record<Sign, Moment>
  return patiently(within, async () => {
    await Promise.all(names.filter(name => seen[name] === 'never').map(async name => {
      if (await signs[name]().catch(unread)) seen[name] = since(start)
    }))
    return { done: names.every(name => seen[name] !== 'never'), last: seen }
  })
}

/** Holds for anything that was seen in time. */
export const inTime = { wants: 'a number of seconds', matches: (found: Moment) => found !== 'never' }

/** Seconds since then, to a tenth. */
export function since(start: number): number {
  return Math.round((performance.now() - start) / 100) / 10
}

function unread(thrown: unknown): false {
  if (thrown instanceof Failure && thrown.kind === 'claim') return false
  throw thrown
}
