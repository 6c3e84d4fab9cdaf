import { asFailure, reasons, type Failure } from './failure.mts'
import { claims, type Kit, type Phase } from './phase.mts'
import * as judge from './judge.mts'
import type { Bench, Finding, Mode } from './judge.mts'
import type { Config } from './config.mts'
import type { Drill, Options, Outcome } from './claim.mts'
import type { Host } from '../host/host.mts'

export type Selection = {
  readonly mode: Mode
  /** Drills are run, not just listed as due. */
  readonly drills: boolean
  /** Only these claims. */
  readonly only?: readonly string[] | undefined
  /** This claim and those after it. */
  readonly from?: string | undefined
}

export type Run = {
  readonly host: Host
  readonly folder: string
  readonly config: Config
  readonly selection: Selection
  readonly signal: AbortSignal
  ask: Kit['ask']
  report(outcome: Outcome): Promise<void>
  waiting(id: string, text: string): void
  /** When this drill was last proved, in words. */
  lastProof(id: string): string
}

type Replayable = { readonly id: string, readonly again: (within: string) => Promise<Finding> }

/** Judges a phase's claims in order and gives back what became of them; throws what ends the whole run. */
export async function run(phase: Phase, { host, folder, config, selection, signal, ask, ...hear }: Run): Promise<Outcome[]> {
  const outcomes = new Map<string, Outcome>()
  const replays: Replayable[] = []
  const { mode } = selection
  let reached = selection.from === undefined

  const bench = (id: string): Bench => ({ host, mode, signal, waiting: text => hear.waiting(id, text) })
  const page = (id: string) => `docs/${phase.stem}.md#${id.toLowerCase()}`

  async function judged(id: string, claim: string, options: Options, finding: () => Promise<Finding>): Promise<void> {
    reached ||= selection.from === id
    if (!reached || (selection.only && !selection.only.includes(id))) return
    signal.throwIfAborted()
    const start = new Date().toISOString()
    const clock = performance.now()
    const { ended, ...found } = await unmet(options, finding)
    const waived = found.verdict === 'unverified' && config.WAIVE.includes(id)
    const next = found.verdict === 'failed' || (found.verdict === 'unverified' && !waived) ? [`next     ${page(id)}`] : []
    const outcome: Outcome = {
      id, claim, start, ms: Math.round(performance.now() - clock), ...found,
      ...(found.why && { why: [...found.why, ...next] }), ...(waived && { waived }),
    }
    outcomes.set(id, outcome)
    await hear.report(outcome)
    if (ended) throw ended
  }

  async function unmet({ needs = [] }: Options, finding: () => Promise<Finding>): Promise<Finding & { ended?: Failure }> {
    const red = needs.filter(need => ['failed', 'blocked', 'unverified'].includes(outcomes.get(need)?.verdict ?? 'ok') && !outcomes.get(need)?.waived)
    if (red.length > 0) return { verdict: 'blocked', why: [`needs    ${red.join(', ')}`] }
    const planned = needs.some(need => outcomes.get(need)?.verdict === 'planned')
    try {
      const found = await finding()
      return planned && found.verdict === 'failed' ? { ...found, verdict: 'planned' } : found
    } catch (thrown) {
      const failure = asFailure(thrown)
      if (planned && failure.kind !== 'lost') return { verdict: 'planned', why: [`after ${needs.join(', ')}`] }
      const why = reasons(failure)
      if (failure.kind === 'unverified') return { verdict: 'unverified', why }
      return { verdict: 'failed', why, ...(failure.kind !== 'claim' && { ended: failure }) }
    }
  }

  const kit: Kit = {
    host,
    folder,
    config,
    ask,
    check: (id, claim, fact, want, options = {}) => {
      replays.push({ id, again: within => judge.check(bench(id), fact, want, within) })
      return judged(id, claim, options, () => judge.check(bench(id), fact, want, options.within))
    },
    ensure: (id, claim, state, options = {}) => {
      replays.push({ id, again: within => judge.check(bench(id), state.read, state.want, within) })
      return judged(id, claim, options, () => judge.ensure(bench(id), state, options.within))
    },
    drill: <Before, After>(id: string, claim: string, drill: Drill<Before, After>, options: Options = {}) => judged(id, claim, options, async () => {
      if (left.has(id)) await putBack(host, id, drill, left.get(id) as Before)
      if (mode !== 'apply' || !selection.drills) return { verdict: 'due', why: [`last proved ${hear.lastProof(id)}`] }
      if (drill.effect === 'cluster' && !config.DISPOSABLE) return { verdict: 'due', why: ['runs only where .env says DISPOSABLE=yes'] }
      // What was not asked for in this run is read all the same: a reboot changes none of it, or the drill proves nothing.
      const verdict = (replay: Replayable) => outcomes.get(replay.id)?.verdict
      const held = replays.filter(replay => ['ok', 'changed'].includes(verdict(replay) ?? ''))
      const unread = replays.filter(replay => verdict(replay) === undefined)
      return judge.drill(bench(id), id, drill, () => replay(held, unread), options.within)
    }),
  }

  const left = mode === 'apply' ? await restoreLeftovers(phase, host, config) : new Map<string, unknown>()
  await phase.body(kit)
  return [...outcomes.values()]
}

// What a boot needs until everything is up again, for all claims together.
const SETTLED_MS = 60_000

/** The claims that do not hold; one that was not read before may be unverified again without being red. */
async function replay(held: readonly Replayable[], unread: readonly Replayable[]): Promise<string[]> {
  const red: string[] = []
  const deadline = performance.now() + SETTLED_MS
  for (const { id, again } of [...held, ...unread]) {
    const left = Math.max(0, Math.round(deadline - performance.now()))
    const { verdict, why = [] } = await again(`${left}ms`).catch(unheard)
    const excused = verdict === 'unverified' && unread.some(claim => claim.id === id)
    if (verdict !== 'ok' && !excused) red.push([id, ...why].join(' '))
  }
  return red
}

function unheard(thrown: unknown): Finding {
  const { kind, message } = asFailure(thrown)
  return { verdict: kind === 'unverified' ? 'unverified' : 'failed', why: [message] }
}

/**
 * A killed run may have left a change half made: what it guarded or disturbed is put back before anything is judged.
 * What cannot be put back yet, since the claims have to mend something first, is given back by drill with its note.
 */
async function restoreLeftovers(phase: Phase, host: Host, config: Config): Promise<Map<string, unknown>> {
  await host.settle()
  const notes = await host.notes.list()
  const left = new Map<string, unknown>()
  for (const { id, drill } of await claims(phase, config, host)) {
    if (!(id in notes) || drill === undefined) continue
    await putBack(host, id, drill, notes[id]).catch(thrown => {
      if (asFailure(thrown).kind !== 'claim') throw thrown
      left.set(id, notes[id])
    })
  }
  return left
}

async function putBack<Before, After>(host: Host, id: string, { restore }: Drill<Before, After>, before: Before): Promise<void> {
  await restore?.(before)
  await host.notes.remove(id)
}
