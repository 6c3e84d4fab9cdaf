export type Kind = 'claim' | 'unverified' | 'lost' | 'input' | 'locked' | 'interrupted'

export type Details = {
  /** What should have been there. */
  expected?: unknown
  /** What was there instead. */
  found?: unknown
  /** The command that showed it, as a person would type it. */
  command?: string
  /** How long it was waited for, as people say it: `3 m`. */
  waited?: string
  /** The next step: a command, or a page and its anchor. */
  next?: string
}

/** A way of failing that the operator can act on: a lower-case sentence, and one fact per line. */
export class Failure extends Error {
  readonly kind: Kind
  readonly facts: Details

  constructor(message: string, details: Details = {}, kind: Kind = 'claim') {
    super(message)
    this.name = 'Failure'
    this.facts = details
    this.kind = kind
  }
}

/** A reading that cannot be made from here (no route, a tool absent, stale lists): never a pass. */
export function unverified(message: string, details?: Details): Failure {
  return new Failure(message, details, 'unverified')
}

/** The operator's input is wrong: the run ends with 2 and nothing is touched. */
export function badInput(message: string, details?: Details): Failure {
  return new Failure(message, details, 'input')
}

/** Any thrown value as a `Failure`; an unexpected one is kept as the cause, for `DEBUG=1`. */
export function asFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown
  const failure = new Failure(thrown instanceof Error ? thrown.message : String(thrown))
  failure.cause = thrown
  return failure
}

const EXIT: Record<Kind, number> = { claim: 1, unverified: 1, lost: 1, input: 2, locked: 75, interrupted: 130 }

/** The exit code of a run that ended with this failure: 1, 2, 75 or 130. */
export function exitCode(failure: Failure): number {
  return EXIT[failure.kind]
}

/** Why, one fact per line: the sentence, then what was expected, found, run, waited for, and what to do next. */
export function reasons(failure: Failure): string[] {
  const facts = Object.entries(failure.facts)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name.padEnd(8)} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
  const stack = process.env.DEBUG ? String((failure.cause as Error | undefined)?.stack ?? failure.stack).split('\n') : []
  return [failure.message, ...facts, ...stack]
}

/** The failure as an operator reads it: the sentence under its prefix, the facts below. */
export function explain(prefix: string, failure: Failure): string[] {
  const [sentence, ...facts] = reasons(failure)
  return [`${prefix}: ${sentence}`, ...facts.map(fact => `  ${fact}`)]
}
