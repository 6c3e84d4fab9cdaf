#!/usr/bin/env -S npx tsx
// Reads the evidence of every place, and names each record that does not fit.
// Touches: nothing.

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { checkChain } from '../lib/engine/chain.mts'
import { loadConfig, platformFolder } from '../lib/engine/config.mts'
import { asFailure, exitCode, explain } from '../lib/engine/failure.mts'
import { terminal } from '../lib/engine/terminal.mts'
import { machine, STATE_FOLDER } from '../lib/host/machine.mts'
import { connect } from '../lib/host/ssh.mts'

try {
  process.exitCode = await report(platformFolder())
} catch (thrown) {
  terminal.complain(explain('report', asFailure(thrown)))
  process.exitCode = exitCode(asFailure(thrown))
}

async function report(folder: string): Promise<number> {
  const config = loadConfig(folder)
  const evidence = join(folder, 'evidence')
  const places = existsSync(evidence) ? readdirSync(evidence) : []
  const heads = await hostHeads()
  let wrong = 0
  for (const place of places) {
    const { runs, flaws } = await checkChain(join(evidence, place), config.SSH_KEY, heads?.[place])
    wrong += flaws.length
    terminal.say([
      `${place}: ${runs.length} runs, ${runs.filter(({ finished }) => !finished).length} unfinished; ${heads ? 'compared with the host' : 'the host could not be asked whether the end is missing'}`,
      ...flaws.map(({ file, line, why }) => `  ${file}${line > 0 ? ` line ${line}` : ''}: ${why}`),
    ])
  }
  terminal.say([wrong === 0 ? 'no record is out of place' : `${wrong} records are out of place`])
  return wrong === 0 ? 0 : 1

  /** The newest hash of each place that the host has seen; nothing when it cannot be reached. */
  async function hostHeads(): Promise<Record<string, string> | undefined> {
    try {
      const shell = await connect({ config, folder, stem: 'report', mode: 'verify' })
      const text = await machine(shell, 'verify', 'report', config).read('cd "$1/heads" 2>/dev/null && grep -H . * || true', [STATE_FOLDER])
      await shell.close()
      return Object.fromEntries(text.split('\n').filter(line => line !== '').map(line => line.split(':') as [string, string]))
    } catch {
      return undefined
    }
  }
}
