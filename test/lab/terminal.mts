import { createInterface } from 'node:readline/promises'
import { human } from '../../lib/engine/deadline.mts'

/** A line for the person in front. */
export function say(line = ''): void {
  process.stdout.write(`${line}\n`)
}

/** Does a long piece of work under its title: the seconds run on a terminal, elsewhere a line appears every 15 s. */
export async function step<T>(title: string | (() => string), work: () => Promise<T>): Promise<T> {
  const start = performance.now()
  const line = () => `${(typeof title === 'string' ? title : title()).padEnd(48)} ${human(performance.now() - start).padStart(8)}`
  const live = process.stdout.isTTY === true
  const ticker = setInterval(() => (live ? process.stdout.write(`\r${line()}`) : say(`${line()} …`)), live ? 500 : 15_000)
  try {
    const result = await work()
    say(`${live ? '\r' : ''}${line()}`)
    return result
  } catch (failure) {
    say(`${live ? '\r' : ''}${line()}  failed`)
    throw failure
  } finally {
    clearInterval(ticker)
  }
}

/** Asks once; where nobody can answer, the answer is yes. */
export async function agreed(question: string): Promise<boolean> {
  if (process.stdin.isTTY !== true || process.stdout.isTTY !== true) return true
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return /^(y|yes|)$/i.test((await lines.question(`${question} [Y/n] `)).trim())
  } finally {
    lines.close()
  }
}
