import { human } from './deadline.mts'
import type { Outcome, Verdict } from './claim.mts'

const VERDICTS: readonly Verdict[] = ['ok', 'changed', 'planned', 'failed', 'blocked', 'due', 'unverified']

/** One claim as the operator reads it: ID, verdict, sentence, what was found, seconds; below it why it is not a pass. */
export function claimLines({ id, verdict, claim, found, why = [], waived, ms }: Outcome, width: number): string[] {
  const head = `${id.padEnd(4)} ${(waived ? 'waived' : verdict).padEnd(10)} ${claim}`
  const seconds = human(ms)
  const room = width - head.length - seconds.length - 4
  const shown = found === undefined || verdict === 'planned' ? '' : clip(JSON.stringify(found), room)
  return [`${[head, shown, seconds].filter(part => part !== '').join('  ')}`, ...why.map(line => `     ${line}`)]
}

/** The last line of a run: how many claims got which verdict, and the seconds. */
export function tallyLine(stem: string, outcomes: readonly Outcome[], ms: number): string {
  const told = Object.entries(counts(outcomes))
    .filter(([verdict, count]) => count > 0 || verdict === 'changed' || verdict === 'failed')
    .map(([verdict, count]) => `${count} ${verdict}`)
  return `${stem}: ${outcomes.length} claims: ${told.join(', ')}; ${human(ms)}`
}

/** How many outcomes there are of each verdict; a waived one counts as waived. */
export function counts(outcomes: readonly Outcome[]): Record<string, number> {
  const tally = (verdict: string) => outcomes.filter(outcome => (outcome.waived ? 'waived' : outcome.verdict) === verdict).length
  return Object.fromEntries([...VERDICTS, 'waived'].map(verdict => [verdict, tally(verdict)]))
}

/** Whether every claim holds, was planned, or may wait: the run's exit code is 0. */
export function passes(outcomes: readonly Outcome[]): boolean {
  return outcomes.every(({ verdict, waived }) => waived || !['failed', 'blocked', 'unverified'].includes(verdict))
}

function clip(text: string, room: number): string {
  if (text.length <= room) return text
  return room < 12 ? '' : `${text.slice(0, room - 1)}…`
}
