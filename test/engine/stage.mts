import { parseConfig, type Config } from '../../lib/engine/config.mts'
import { run, type Selection } from '../../lib/engine/run.mts'
import { phase, type Kit } from '../../lib/engine/phase.mts'
import type { State } from '../../lib/engine/claim.mts'
import type { Bench, Mode } from '../../lib/engine/judge.mts'
import type { Outcome } from '../../lib/engine/claim.mts'
import type { Host } from '../../lib/host/host.mts'

/** The settings of an `.env` with these lines, for a server that nobody asks anything. */
export function settings(...lines: string[]): Config {
  const { config, problems } = parseConfig(['HOST=192.0.2.10', ...lines].join('\n'))
  if (config) return { ...config, keys: [] }
  throw new Error(problems.join('\n'))
}

/** A host of the engine's own that keeps notes and says what was asked of it. */
export function stage(notes: Record<string, unknown> = {}): { host: Host, said: string[] } {
  const said: string[] = []
  const say = (what: string) => void said.push(what)
  const host: Host = {
    name: 'stage',
    read: async () => '',
    write: async () => '',
    put: async () => {},
    upload: async () => {},
    changes: what => say(`change ${what}`),
    forward: async port => port,
    forget: () => say('forget'),
    async guard(_revert, act) {
      say('arm')
      await act()
      say('disarm')
    },
    settle: async () => say('settle'),
    boot: async () => 'boot-1',
    comeBack: async () => 1,
    outside: undefined,
    notes: {
      list: async () => notes,
      async leave(id, before) {
        say(`note ${id}`)
        notes[id] = before
      },
      async remove(id) {
        say(`forget note ${id}`)
        delete notes[id]
      },
    },
  }
  return { host, said }
}

/** A thing that is what it was last made, and how often it was made; `sticks: false` for an act without effect. */
export function thing(now: string, want: string, { sticks = true }: { sticks?: boolean } = {}): State<string> & { acts: () => number } {
  let acts = 0
  return {
    read: async () => now,
    want,
    async act() {
      acts += 1
      if (sticks) now = want
    },
    acts: () => acts,
  }
}

export function bench(mode: Mode, host: Host = stage().host): Bench {
  return { host, mode, signal: new AbortController().signal, waiting: () => {} }
}

export type Played = { readonly outcomes: readonly Outcome[], readonly ended?: unknown }

/** Runs a phase of these claims and gives back what was reported, and what ended the run before its end. */
export async function play(
  body: (kit: Kit) => Promise<void>,
  selection: Partial<Selection> = {},
  { config = settings(), host = stage().host, signal = new AbortController().signal }: { config?: Config, host?: Host, signal?: AbortSignal } = {},
): Promise<Played> {
  const outcomes: Outcome[] = []
  try {
    await run(phase('90-play', body), {
      host, folder: '/nowhere', config, signal, selection: { mode: 'apply', drills: false, ...selection },
      ask: async () => undefined, report: async outcome => void outcomes.push(outcome), waiting: () => {}, lastProof: () => 'never',
    })
    return { outcomes }
  } catch (ended) {
    return { outcomes, ended }
  }
}

/** The verdicts in order, such as `B1 ok`. */
export function verdicts({ outcomes }: Played): string[] {
  return outcomes.map(({ id, verdict, waived }) => `${id} ${waived ? 'waived' : verdict}`)
}
