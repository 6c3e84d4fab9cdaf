import type { Want } from './want.mts'

/** A reading of the world: it changes nothing, and building it reads nothing. */
export type Fact<T> = () => Promise<T>

/** What could cut the operator off: the files an act changes, and the shell text that makes the host take them back. */
export type Revert = { readonly paths: readonly string[], readonly reload: string }

/** A reading, the wish for it, and the only way to get there; the engine is the only caller of `act`. */
export type State<T> = {
  readonly read: Fact<T>
  readonly want: Want<T>
  readonly act: (found: T | undefined) => Promise<void>
  readonly revert?: Revert
}

/** How far a drill reaches: a pod, the whole node, or the cluster's data (disposable hosts only). */
export type Effect = 'pod' | 'node' | 'cluster'

/** A proof that disturbs: what is read afterwards is compared with a wish made of what was read before. */
export type Drill<Before, After> = {
  readonly effect: Effect
  readonly before: Fact<Before>
  readonly disturb: (before: Before) => Promise<void>
  readonly after: (before: Before, replay: Replay) => Promise<After>
  readonly want: (before: Before) => Want<After>
  /** Puts the world back; also runs after a failure, after Ctrl-C and, from the note on the host, after a kill. */
  readonly restore?: (before: Before) => Promise<void>
}

/** Re-reads every claim of the phase that stands above the drill; the IDs that no longer hold. */
export type Replay = () => Promise<string[]>

export type Verdict = 'ok' | 'changed' | 'planned' | 'failed' | 'blocked' | 'due' | 'unverified'

export type Options = {
  /** Claims that must hold before this one is worth reading. */
  readonly needs?: readonly string[]
  /** Re-read until this deadline: `10s`, `3m`. */
  readonly within?: string
}

/** What became of one claim, before it is written down as evidence. */
export type Outcome = {
  readonly id: string
  readonly claim: string
  readonly verdict: Verdict
  readonly want?: unknown
  readonly found?: unknown
  /** Why it is not a pass: the sentence, and one fact per line. */
  readonly why?: readonly string[]
  /** The name of the waiver that lets the run pass all the same. */
  readonly waived?: true
  readonly start: string
  readonly ms: number
}
