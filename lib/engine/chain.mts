import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { asFailure } from './failure.mts'
import { GENESIS, hash, isRecord, readLines, runFiles, type Line, type RunLine } from './evidence.mts'
import { isSignedBy } from './signature.mts'

/** One record that does not fit, by file and line, and why. */
export type Flaw = { readonly file: string, readonly line: number, readonly why: string }

export type CheckedRun = { readonly file: string, readonly start: RunLine, readonly lines: readonly Line[], readonly finished: boolean }

export type CheckedChain = { readonly runs: readonly CheckedRun[], readonly flaws: readonly Flaw[] }

/**
 * Reads one place's chain and names every record that does not fit: edited, dropped, reordered, signed by another key,
 * or missing at the end although the host has seen it (`head`: the newest hash the host keeps, if it could be asked).
 */
export async function checkChain(folder: string, key: string, head?: string): Promise<CheckedChain> {
  const runs: CheckedRun[] = []
  const flaws: Flaw[] = []
  const seen = new Set([GENESIS])
  let prev = GENESIS
  for (const [index, path] of runFiles(folder).entries()) {
    const file = basename(path)
    const flaw = (line: number, why: string) => void flaws.push({ file, line, why })
    if (Number(file.slice(0, 6)) !== index + 1) flaw(0, `file ${String(index + 1).padStart(6, '0')} is missing before it`)
    const lines = parse(path, flaw)
    for (const [at, { text, line }] of lines.entries()) {
      if (line.prev !== prev) flaw(at + 1, at === 0 ? 'does not follow the file before it' : `does not follow line ${at}: one of the two was edited, or lines between them are gone`)
      if (line.record === 'run' && !seen.has(line.head)) flaw(at + 1, 'the host had seen evidence that is not here: the chain was cut short before this run')
      if ((line.record === 'run') !== (at === 0)) flaw(at + 1, 'a run starts in the middle, or its start is missing')
      prev = hash(text)
      seen.add(prev)
    }
    const [first] = lines
    const finished = lines.at(-1)?.line.record === 'end'
    if (finished && !existsSync(`${path}.sig`)) flaw(0, 'is finished, and not signed')
    if (existsSync(`${path}.sig`) && !await isSignedBy(path, key)) flaw(0, 'is not signed by the operator\'s key as it stands')
    if (first?.line.record === 'run') runs.push({ file, start: first.line, lines: lines.map(({ line }) => line), finished })
  }
  if (head !== undefined && !seen.has(head)) flaws.push({ file: runs.at(-1)?.file ?? folder, line: 0, why: 'the host has seen newer evidence: the chain was cut short at its end' })
  return { runs, flaws }
}

function parse(path: string, flaw: (line: number, why: string) => void): { text: string, line: Line }[] {
  try {
    return readLines(path)
  } catch (thrown) {
    const broken = readFileSync(path, 'utf8').split('\n').slice(0, -1).findIndex(text => !isRecord(text))
    flaw(broken + 1, `is not a record of evidence: ${asFailure(thrown).message.split('\n')[0]}`)
    return []
  }
}
