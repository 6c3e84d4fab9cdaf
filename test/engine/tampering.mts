import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { checkChain } from '../../lib/engine/chain.mts'
import { runFiles } from '../../lib/engine/evidence.mts'
import { sign } from '../../lib/engine/signature.mts'
import { folder } from '../folder.mts'
import { sshKey } from './ssh-key.mts'
import { aClaim, aRun, anEnd, record } from './written.mts'

export const keys = folder()
export const key = sshKey(join(keys, 'operator'))

/** Three signed runs, and the hash after each. */
export const untouched = folder()
export const heads: string[] = []
for (const stem of ['01-baseline', '02-wireguard', '01-baseline']) {
  const { file, head } = record(untouched, stem, [{ ...aRun(heads.at(-1)), stem }, aClaim('B1'), aClaim('B2', 'failed'), aClaim('B3'), anEnd()])
  await sign(file, key)
  heads.push(head())
}

/** What the checker says of a copy of the chain that somebody was at, as `file:line why`. */
export async function flaws(tamper: (files: string[]) => unknown, head = heads.at(-1)): Promise<string[]> {
  const chain = folder()
  cpSync(untouched, chain, { recursive: true })
  await tamper(runFiles(chain))
  const found = await checkChain(chain, key, head)
  return found.flaws.map(({ file, line, why }) => `${file.slice(0, 6)}:${line} ${why}`)
}

export function rewrite(file: string | undefined, change: (lines: string[]) => string[]): void {
  assert.ok(file)
  writeFileSync(file, `${change(readFileSync(file, 'utf8').trimEnd().split('\n')).join('\n')}\n`)
}

/** Signs a file anew, as whoever changed it would. */
export async function resign(file: string | undefined, by: string): Promise<void> {
  assert.ok(file)
  rmSync(`${file}.sig`)
  await sign(file, by)
}

/** Takes a run out of the chain, signature and all. */
export function drop(file: string | undefined): void {
  for (const end of ['', '.sig']) rmSync(`${file}${end}`)
}

/** A failure made a success. */
export function edit(lines: string[]): string[] {
  return lines.map(line => line.replace('"failed"', '"ok"'))
}

/** An exit code made another one, in the last line. */
export function editLast(lines: string[]): string[] {
  return [...lines.slice(0, -1), (lines.at(-1) ?? '').replace('"exit":0', '"exit":1')]
}
