import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { human } from '../../lib/engine/deadline.mts'
import { SIGNALS } from '../../lib/engine/interruption.mts'
import { environment } from './secrets.mts'
import { ROOT } from './site.mts'
import { say } from './terminal.mts'

export type Ended = { readonly stem: string, readonly code: number, readonly ms: number }

/** The numbered runbooks, in order. */
export async function runbooks(): Promise<string[]> {
  return (await readdir(join(ROOT, 'runbooks'))).filter(file => /^\d\d-.*\.mts$/.test(file)).sort()
}

/** Runs each runbook with its drills, as an operator would; stops at the first one that does not hold. `before` is told of each. */
export async function runAll(platformDir: string, host: string, before: (stem: string) => Promise<void>): Promise<Ended[]> {
  const ended: Ended[] = []
  for (const file of await runbooks()) {
    await before(file.replace('.mts', ''))
    say(`\n$ runbooks/${file} --drill`)
    const start = performance.now()
    const code = await runbook(file, platformDir, ['--drill', '--yes-disturb', host])
    ended.push({ stem: file.replace('.mts', ''), code, ms: performance.now() - start })
    if (code !== 0) break
  }
  return ended
}

/** The verdict over all of them, one line a runbook; the exit code is the first one that is not 0. */
export function verdict(ended: readonly Ended[], expected: number): { lines: string[], code: number } {
  const held = ended.filter(({ code }) => code === 0).length
  const go = expected > 0 && held === expected
  const total = ended.reduce((sum, { ms }) => sum + ms, 0)
  return {
    code: go ? 0 : ended.find(({ code }) => code !== 0)?.code ?? 1,
    lines: [
      ...ended.map(({ stem, code, ms }) => `${stem.padEnd(20)} ${code === 0 ? 'holds' : `exit ${code}`.padEnd(5)}  ${human(ms)}`),
      `${held} of ${expected} runbooks hold, ${human(total)}`,
      go ? 'GO' : 'NO-GO',
    ],
  }
}

/** Ends when the runbook has: an interrupted one puts back what it disturbed, and is waited for. */
async function runbook(file: string, platformDir: string, args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, ['--import', 'tsx', join('runbooks', file), ...args], {
    cwd: ROOT, stdio: 'inherit', env: environment(platformDir),
  })
  // A terminal sends Ctrl-C to the runbook as well; what comes to this process alone is passed on.
  const pass = (signal: NodeJS.Signals) => signal === 'SIGINT' && process.stdin.isTTY === true || child.kill(signal)
  for (const signal of SIGNALS) process.on(signal, pass)
  try {
    const [code] = await once(child, 'exit') as [number | null]
    return code ?? 130
  } finally {
    for (const signal of SIGNALS) process.off(signal, pass)
  }
}
