#!/usr/bin/env -S npx tsx
// The files in secrets/: list, show, set, edit, rewrap, check.
// Touches: files under secrets/.   Never touches: a host, .sops.yaml, the age keys.

import { createInterface } from 'node:readline/promises'
import { text as readAll } from 'node:stream/consumers'
import { platformFolder } from '../lib/engine/config.mts'
import { asFailure, badInput, exitCode, explain } from '../lib/engine/failure.mts'
import * as secrets from '../lib/secrets/commands.mts'

const USAGE = `npm run secrets -- COMMAND

  list                      the files, their recipients, their last change
  show FILE                 print the clear YAML
  set FILE KEY              set one value, read from stdin: stringData.password, stringData["tls.crt"]
  edit FILE                 open the clear YAML in $EDITOR, in memory only
  recipients FILE | --all   rewrap for the recipients in .sops.yaml
  check [--staged]          the gate: all encrypted, no plain secret in the tree or the history

FILE is a path, or a name: postgres is secrets/postgres.sops.yaml. PLATFORM_DIR is the folder that holds secrets/.`

async function run([command, ...args]: string[]): Promise<string[]> {
  const folder = platformFolder()
  const [file = '', key = ''] = args
  switch (`${command} ${args.map((arg) => (arg.startsWith('--') ? arg : 'WORD')).join(' ')}`.trim()) {
    case 'list':
      return secrets.list(folder)
    case 'show WORD':
      return [(await secrets.show(folder, file)).replace(/\n$/, '')]
    case 'set WORD WORD':
      return [await secrets.set(folder, file, key, await readAll(process.stdin))]
    case 'edit WORD':
      return [await secrets.editFile(folder, file, askAgain)]
    case 'recipients WORD':
      return secrets.recipients(folder, file)
    case 'recipients --all':
      return secrets.recipients(folder)
    case 'check':
      return [await secrets.check(folder, false)]
    case 'check --staged':
      return [await secrets.check(folder, true)]
    case '--help':
      return [USAGE]
    default:
      throw badInput('this is no command of secrets', { found: [command, ...args].join(' '), next: 'npm run secrets -- --help' })
  }
}

async function askAgain(problem: string, stopped: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY) return false
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  // In raw mode Ctrl-C reaches readline and not the process.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  try {
    return !/^n/i.test(await terminal.question(`${problem}\nedit again? [Y/n] `, { signal: stopped }))
  } finally {
    terminal.close()
  }
}

try {
  for (const line of await run(process.argv.slice(2))) console.log(line)
} catch (thrown) {
  const failure = asFailure(thrown)
  for (const line of explain('secrets', failure)) console.error(line)
  process.exitCode = exitCode(failure)
}
