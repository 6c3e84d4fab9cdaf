import { human, until } from './deadline.mts'
import { difference } from './difference.mts'
import { Failure } from './failure.mts'
import { holds, plain, type Want } from './want.mts'
import type { Drill, Fact, Outcome, Replay, State } from './claim.mts'
import type { Host } from '../host/host.mts'

export type Mode = 'apply' | 'plan' | 'verify'

/** The part of an outcome that a judgement finds out. */
export type Finding = Pick<Outcome, 'verdict' | 'want' | 'found' | 'why'>

/** What a judgement needs besides the claim itself. */
export type Bench = {
  readonly host: Host
  readonly mode: Mode
  readonly signal: AbortSignal
  /** Hears what is being waited for. */
  waiting(text: string): void
}

/** Reads, again and again while there is time, and compares. */
export async function check<T>(bench: Bench, fact: Fact<T>, want: Want<T>, within?: string): Promise<Finding> {
  const found = await settle(bench, fact, want, within)
  if (holds(want, found)) return { verdict: 'ok', want: plain(want), found }
  const waited = within === undefined || bench.mode !== 'apply' ? [] : [`waited   ${within}`]
  return { verdict: 'failed', want: plain(want), found, why: [...difference(want, found), ...waited] }
}

/** Reads, acts on a difference, and reads again: only the second reading makes it `changed`. */
export async function ensure<T>(bench: Bench, state: State<T>, within?: string): Promise<Finding> {
  const before = await firstReading(state)
  const want = plain(state.want)
  if (before.failure === undefined && holds(state.want, before.found as T)) return { verdict: 'ok', want, found: before.found }
  if (bench.mode !== 'apply') {
    if (before.failure !== undefined && bench.mode === 'verify') throw before.failure
    const why = before.failure === undefined ? difference(state.want, before.found) : [before.failure.message]
    return { verdict: bench.mode === 'plan' ? 'planned' : 'failed', want, found: before.found, why }
  }
  await (state.revert ? bench.host.guard(state.revert, () => state.act(before.found)) : state.act(before.found))
  bench.host.forget()
  const after = await check(bench, state.read, state.want, within)
  if (after.verdict === 'ok') return { ...after, verdict: 'changed' }
  return { ...after, why: ['the act ran, and its effect is not there', ...(after.why ?? [])] }
}

/** Disturbs and compares what comes after with what was before; each step's seconds are part of what is found. */
export async function drill<Before, After>(
  bench: Bench, id: string, { before, disturb, after, want, restore }: Drill<Before, After>, replay: Replay, within?: string,
): Promise<Finding> {
  const seconds: Record<string, number> = {}
  const timed = async <T,>(step: string, work: () => Promise<T>): Promise<T> => {
    const start = performance.now()
    const result = await work()
    seconds[step] = Math.round((performance.now() - start) / 100) / 10
    return result
  }
  const first = await timed('before', before)
  if (restore) await bench.host.notes.leave(id, first)
  try {
    await timed('disturb', () => disturb(first))
    bench.host.forget()
    const { verdict, want: wanted, found, why } = await timed('after', () => check(bench, () => after(first, replay), want(first), within))
    return { verdict, want: wanted, found: { after: found, seconds }, ...(why && { why }) }
  } finally {
    if (restore) {
      await restore(first)
      await bench.host.notes.remove(id)
    }
  }
}

/** The reading a state starts from; what cannot be told yet is for the act to change, and a broken reading for nobody. */
async function firstReading<T>(state: State<T>): Promise<{ found?: T, failure?: Failure }> {
  try {
    return { found: await state.read() }
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.kind === 'unverified') return { failure: thrown }
    throw thrown
  }
}

async function settle<T>(bench: Bench, fact: Fact<T>, want: Want<T>, within?: string): Promise<T> {
  // --verify and --plan tell what is true now: nothing that is waited for was begun.
  if (within === undefined || bench.mode !== 'apply') return fact()
  const answer = await until(within, async () => {
    const last = await reading(fact)
    return { done: 'found' in last && holds(want, last.found), last }
  }, {
    signal: bench.signal,
    waiting: (last, waited) => {
      bench.host.forget()
      bench.waiting(`${human(waited)} of ${within}: ${'found' in last ? JSON.stringify(last.found) : last.failure.message}`)
    },
  })
  if ('found' in answer) return answer.found
  throw answer.failure
}

/** A reading that fails is no reading yet, as long as there is time: a service that starts refuses at first. */
async function reading<T>(fact: Fact<T>): Promise<{ found: T } | { failure: Failure }> {
  try {
    return { found: await fact() }
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.kind === 'claim') return { failure: thrown }
    throw thrown
  }
}
