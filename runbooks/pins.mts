#!/usr/bin/env -S npx tsx
// The hashes in versions.yaml: computed from what is published, and compared with it.
// Touches: versions.yaml, and the downloads kept in ~/.cache.   Never touches: a host, a hash that is there already.

import { platformFolder } from '../lib/engine/config.mts'
import { asFailure, badInput, exitCode, explain } from '../lib/engine/failure.mts'
import { terminal } from '../lib/engine/terminal.mts'
import { compare, fill } from '../lib/host/pins.mts'

const USAGE = `npm run pins -- [--check] [COMPONENT]

  without an option   downloads what has no sha256 for its version, and writes down what was computed from the bytes
  --check             downloads everything anew and compares; writes nothing

COMPONENT is a name in versions.yaml: the one in PLATFORM_DIR where there is one, else the repository's.`

async function run(args: readonly string[]): Promise<void> {
  const [component, ...more] = args.filter(arg => !arg.startsWith('--'))
  const options = args.filter(arg => arg.startsWith('--'))
  const say = (line: string) => terminal.say([line])
  if (options.includes('--help')) return say(USAGE)
  if (more.length > 0 || options.some(option => option !== '--check')) throw badInput('this is no use of pins', { found: args.join(' '), next: 'npm run pins -- --help' })
  await (options.includes('--check') ? compare : fill)(platformFolder(), component, say)
}

try {
  await run(process.argv.slice(2))
} catch (thrown) {
  terminal.complain(explain('pins', asFailure(thrown)))
  process.exitCode = exitCode(asFailure(thrown))
}
