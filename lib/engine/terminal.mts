import { createInterface } from 'node:readline/promises'

const isTerminal = () => process.stdout.isTTY === true

/** What the operator sees and says; the only place of the engine that prints. */
export const terminal = {
  /** Columns to fill; wide where nobody looks at it on a screen. */
  width: () => (isTerminal() ? process.stdout.columns : 160),

  say(lines: readonly string[]): void {
    clear()
    for (const line of lines) process.stdout.write(`${line}\n`)
  },

  complain(lines: readonly string[]): void {
    clear()
    for (const line of lines) process.stderr.write(`${line}\n`)
  },

  /** A line that the next one replaces; nothing where there is no screen. */
  waiting(text: string): void {
    if (isTerminal()) process.stdout.write(`\r\u001b[2K${text.slice(0, process.stdout.columns - 1)}`)
  },

  /** The operator's answer, or nothing when there is nobody to ask. */
  async ask(question: string): Promise<string | undefined> {
    if (!isTerminal() || process.stdin.isTTY !== true) return undefined
    const lines = createInterface({ input: process.stdin, output: process.stdout })
    try {
      return (await lines.question(`${question} `)).trim()
    } finally {
      lines.close()
    }
  },
}

function clear(): void {
  if (isTerminal()) process.stdout.write('\r\u001b[2K')
}
