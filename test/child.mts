import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { milliseconds } from '../lib/engine/deadline.mts'
import { SIGNALS } from '../lib/engine/interruption.mts'
import { ROOT } from './groups.mts'

/** What became of one process with tests: its numbers, and the titles of what failed in it. */
export type Told = {
  readonly name: string
  readonly files: number
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly titles: readonly string[]
  readonly ms: number
}

type Ended = { readonly code: number | null, readonly output: string, readonly late: boolean, readonly ms: number }

/** Runs one test file in a process of its own; what it prints is shown at its end. */
export async function runFile(file: string, within: string): Promise<Told> {
  const ended = await follow([file], within, () => {})
  process.stdout.write(`\n-- ${file}\n${ended.output}`)
  return told([file], file, within, ended)
}

/** Runs test files in a few processes side by side; what each prints is shown at its end. */
export async function runFiles(files: readonly string[], within: string): Promise<Told[]> {
  const processes = Math.max(2, availableParallelism()) * 2
  const batches = Array.from({ length: processes }, (_, batch) => files.filter((_file, index) => index % processes === batch)).filter(batch => batch.length > 0)
  return Promise.all(batches.map(async (batch, index) => {
    const ended = await follow(['test/batch.mts', ...batch], within, () => {})
    process.stdout.write(ended.output)
    return told(batch, `unit ${index + 1}`, within, ended)
  }))
}

function told(files: readonly string[], name: string, within: string, ended: Ended): Told {
  return { name, files: files.length, ms: ended.ms, ...tally(ended, name, within) }
}

/** uvu's totals and its failures; a file that died, said nothing, or had no test counts as one failure. */
export function tally({ code, output, late }: Omit<Ended, 'ms'>, name: string, within: string): Pick<Told, 'passed' | 'failed' | 'skipped' | 'titles'> {
  const plain = output.replaceAll(/\u001b\[[\d;]*m/g, '')
  const number = (word: string) => [...plain.matchAll(new RegExp(`^\\s*${word}:\\s+(\\d+)\\s*$`, 'gm'))].reduce((sum, [, count]) => sum + Number(count), 0)
  const [total, passed, skipped] = [number('Total'), number('Passed'), number('Skipped')]
  const titles = [...plain.matchAll(/^\s*FAIL\s+(.*)$/gm)].map(([, title = '']) => title.trim())
  const failed = total - passed
  const death = late ? `was ended after ${within}` : total + skipped === 0 ? `ran no test, and ended with ${code}` : code !== 0 && failed === 0 ? `ended with ${code}` : undefined
  return { passed, skipped, failed: death === undefined ? failed : Math.max(1, failed), titles: death === undefined ? titles : [...titles, `${name} ${death}`] }
}

async function follow(words: readonly string[], within: string, show: (data: Buffer) => void): Promise<Ended> {
  const start = performance.now()
  // A group of its own, so that whatever it started ends with it.
  const child = spawn(process.execPath, ['--import', 'tsx', ...words], { cwd: ROOT, detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, FORCE_COLOR: '0' } })
  let output = ''
  const hear = (data: Buffer) => {
    output += data
    show(data)
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  let late = false
  const deadline = setTimeout(() => { late = true; end(child.pid, 'SIGKILL') }, milliseconds(within))
  const pass = (signal: NodeJS.Signals) => end(child.pid, signal)
  for (const signal of SIGNALS) process.on(signal, pass)
  try {
    const closed = once(child, 'close')
    const [code] = await once(child, 'exit') as [number | null]
    // What it left running would keep its output open; what left its group may do so no longer than this.
    end(child.pid, 'SIGKILL')
    await Promise.race([closed, sleep(1000, undefined, { ref: false })])
    return { code, output, late, ms: performance.now() - start }
  } finally {
    clearTimeout(deadline)
    for (const signal of SIGNALS) process.off(signal, pass)
  }
}

function end(group: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (group !== undefined) process.kill(-group, signal)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown
  }
}
