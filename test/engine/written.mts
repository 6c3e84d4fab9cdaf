import { GENESIS, openEvidence, type ClaimLine, type Evidence, type Line, type RunLine } from '../../lib/engine/evidence.mts'

type Unlinked<T> = T extends unknown ? Omit<T, 'prev'> : never

const start = '2026-03-01T10:20:30.456Z'

export function aRun(head = GENESIS): Omit<RunLine, 'prev'> {
  return { record: 'run', stem: '01-baseline', mode: 'apply', args: [], host: 'vps', boot: 'boot-1', start, head }
}

export function aClaim(id: string, verdict = 'ok', at = start): Omit<ClaimLine, 'prev'> {
  return { record: 'claim', id, claim: `claim ${id} holds`, verdict, want: true, found: true, host: 'vps', boot: 'boot-1', start: at, ms: 12, pins: {} }
}

export function anEnd(exit = 0): Unlinked<Line> {
  return { record: 'end', exit, counts: { ok: 1 }, ms: 100 }
}

/** A file of evidence with these lines, closed. */
export function record(chain: string, stem: string, lines: readonly Unlinked<Line>[], now = new Date(start)): Evidence {
  const evidence = openEvidence(chain, stem, now)
  for (const line of lines) evidence.add(line)
  evidence.close()
  return evidence
}
