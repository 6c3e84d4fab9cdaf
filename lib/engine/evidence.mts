import { createHash } from 'node:crypto'
import { closeSync, existsSync, fdatasyncSync, mkdirSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { Outcome } from './claim.mts'

/** What the first record of a chain links to. */
export const GENESIS = '0'.repeat(64)

const linked = { prev: z.string() }
const run = z.object({
  record: z.literal('run'), stem: z.string(), mode: z.string(), args: z.array(z.string()), host: z.string(), boot: z.string(),
  start: z.string(), head: z.string(), ...linked,
})
const claim = z.object({
  record: z.literal('claim'), id: z.string(), claim: z.string(), verdict: z.string(), want: z.unknown().optional(), found: z.unknown().optional(),
  why: z.array(z.string()).optional(), waived: z.boolean().optional(), host: z.string(), boot: z.string(), start: z.string(),
  ms: z.number(), pins: z.record(z.string(), z.string()), ...linked,
})
const end = z.object({ record: z.literal('end'), exit: z.number(), counts: z.record(z.string(), z.number()), ms: z.number(), ...linked })

const line = z.discriminatedUnion('record', [run, claim, end])

/** One line of evidence: the start of a run, a claim's outcome, or the end of a run. */
export type Line = z.output<typeof line>
export type ClaimLine = z.output<typeof claim>
export type RunLine = z.output<typeof run>

type Unlinked<T> = T extends unknown ? Omit<T, 'prev'> : never

/** Where this run is made: one chain of evidence belongs to each such place. */
export function place(): string {
  return `${userInfo().username}@${hostname()}`.replaceAll(/[^A-Za-z0-9@._-]/g, '-')
}

/** The SHA-256 of a line of evidence, hexadecimal: what the next line links to. */
export function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** The files of one place's chain, oldest first. */
export function runFiles(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter(name => /^\d{6}-.*\.jsonl$/.test(name)).sort().map(name => join(folder, name)) : []
}

/** The complete lines of one file; a line that is not evidence throws. */
export function readLines(file: string): { text: string, line: Line }[] {
  return readFileSync(file, 'utf8').split('\n').slice(0, -1).map(text => ({ text, line: line.parse(JSON.parse(text)) }))
}

/** Whether a text is one line of evidence. */
export function isRecord(text: string): boolean {
  try {
    return line.safeParse(JSON.parse(text)).success
  } catch {
    return false
  }
}

/** An open file of evidence: each line is linked to the one before, and on the disk before `add` returns. */
export type Evidence = {
  readonly file: string
  add(record: Unlinked<Line>): void
  /** The hash of the newest line. */
  head(): string
  close(): void
}

/** Opens the next file of the place's chain; never an existing one. */
export function openEvidence(folder: string, stem: string, now: Date): Evidence {
  mkdirSync(folder, { recursive: true })
  const files = runFiles(folder)
  const last = files.at(-1)
  let prev = files.map(lastHash).findLast(found => found !== undefined) ?? GENESIS
  const number = String(files.length === 0 ? 1 : Number(last?.split('/').at(-1)?.slice(0, 6)) + 1).padStart(6, '0')
  const file = join(folder, `${number}-${stem}-${now.toISOString().replaceAll(/[-:]|\.\d+/g, '')}.jsonl`)
  const disk = openSync(file, 'wx')
  return {
    file,
    add(record) {
      const text = JSON.stringify({ ...record, prev })
      writeSync(disk, `${text}\n`)
      fdatasyncSync(disk)
      prev = hash(text)
    },
    head: () => prev,
    close: () => closeSync(disk),
  }
}

/** The newest line of this claim that says it held, over all the chain's files. */
export function lastProof(folder: string, id: string): ClaimLine | undefined {
  const proofs = runFiles(folder).flatMap(file => readLines(file).map(({ line }) => line))
    .filter((line): line is ClaimLine => line.record === 'claim' && line.id === id && line.verdict === 'ok')
  return proofs.at(-1)
}

/** The line for a claim's outcome. */
export function claimLine(outcome: Outcome, host: string, boot: string, pins: Record<string, string>): Omit<ClaimLine, 'prev'> {
  const { why, waived, ...rest } = outcome
  return { record: 'claim', ...rest, ...(why && { why: [...why] }), ...(waived && { waived }), host, boot, pins }
}

/** Nothing for a run that was killed before its first line was whole. */
function lastHash(file: string): string | undefined {
  const last = readFileSync(file, 'utf8').split('\n').slice(0, -1).at(-1)
  return last === undefined ? undefined : hash(last)
}
