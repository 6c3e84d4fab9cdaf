import type { Config } from './config.mts'
import type { Drill, Fact, Options, State } from './claim.mts'
import type { Host } from '../host/host.mts'
import type { Want } from './want.mts'

export { main } from './main.mts'

/** What a runbook's body is given: the host, the operator's configuration, and the three kinds of claim. */
export type Kit = {
  readonly host: Host
  readonly config: Config
  /** The platform's folder: where `.env`, `secrets/` and `evidence/` are. */
  readonly folder: string
  /** Asks the operator; nothing comes back where nobody can be asked. */
  ask(question: string): Promise<string | undefined>
  /** Holds when the reading is what is wanted. */
  check<T>(id: string, claim: string, fact: Fact<T>, want: Want<NoInfer<T>>, options?: Options): Promise<void>
  /** Holds when the reading is what is wanted; else acts, once, and reads again. */
  ensure<T>(id: string, claim: string, state: State<T>, options?: Options): Promise<void>
  /** Disturbs on purpose, when drills are asked for, and reads that it did no harm. */
  drill<Before, After>(id: string, claim: string, drill: Drill<Before, After>, options?: Options): Promise<void>
}

export type Phase = {
  readonly stem: string
  readonly body: (kit: Kit) => Promise<void>
  /** The machine it is about: the server, or for 00-prepare the operator's own. */
  readonly on: 'server' | 'operator'
  /** What else it can be asked for, by the name of the option: lines for the terminal, and nothing is touched. */
  readonly shows: Readonly<Record<string, Show>>
}

export type Show = { readonly usage: string, readonly lines: (word: string, folder: string, config: Config) => Promise<string[]> }

/** A numbered runbook: its stem, and its claims in the order in which they are made true. */
export function phase(stem: string, body: Phase['body'], { on = 'server', shows = {} }: Partial<Pick<Phase, 'on' | 'shows'>> = {}): Phase {
  return { stem, body, on, shows }
}

export type Listed = { readonly id: string, readonly claim: string, readonly kind: 'check' | 'ensure' | 'drill', readonly drill?: Drill<unknown, unknown> }

/** The phase's claims in order, without reading or touching anything. */
export async function claims(phase: Phase, config: Config, host: Host = NOWHERE): Promise<Listed[]> {
  const listed: Listed[] = []
  await phase.body({
    host,
    config,
    folder: '',
    ask: async () => undefined,
    check: async (id, claim) => void listed.push({ id, claim, kind: 'check' }),
    ensure: async (id, claim) => void listed.push({ id, claim, kind: 'ensure' }),
    drill: async (id, claim, drill) => void listed.push({ id, claim, kind: 'drill', drill: drill as unknown as Drill<unknown, unknown> }),
  })
  return listed
}

// Building a fact reads nothing, so listing the claims needs no host.
const NOWHERE = {} as Host
