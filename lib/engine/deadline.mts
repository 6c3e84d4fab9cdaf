import { setTimeout as sleep } from 'node:timers/promises'

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds of a duration such as `90s`, `3m`, `26h` or `90d`. Throws on anything else. */
export function milliseconds(duration: string): number {
  const [, amount, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(duration) ?? []
  const factor = UNITS[unit ?? '']
  if (factor === undefined) throw new Error(`${duration} is not a duration such as 90s, 3m or 26h`)
  return Number(amount) * factor
}

/** A duration as people read it: `0.4 s`, `41 s`, `3 m 5 s`, `2 h 10 m`. */
export function human(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${seconds % 60} s`
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} m`
}

/**
 * Tries `attempt` until it says it is done or the deadline has passed, and gives back the last answer either way.
 * `waiting` hears each answer that was not the end, with the milliseconds waited so far.
 */
export async function until<T>(
  within: string,
  attempt: () => Promise<{ done: boolean, last: T }>,
  { every = 1000, waiting = () => {}, signal }: { every?: number, waiting?: (last: T, waited: number) => void, signal?: AbortSignal } = {},
): Promise<T> {
  const start = performance.now()
  const deadline = start + milliseconds(within)
  for (;;) {
    const { done, last } = await attempt()
    if (done || performance.now() + every > deadline) return last
    waiting(last, performance.now() - start)
    await sleep(every, undefined, signal ? { signal } : {})
  }
}
