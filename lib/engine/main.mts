import { realpathSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { exampleConfig, loadConfig, platformFolder } from './config.mts'
import { asFailure, exitCode, explain } from './failure.mts'
import { parseOptions, USAGE } from './options.mts'
import { claims, type Phase } from './phase.mts'
import { session } from './session.mts'
import { terminal } from './terminal.mts'

/** Another list of claims that the same runbook can be asked for, by the name of an option. */
export type Instead = { readonly usage: string, readonly phase: Phase }

/**
 * Runs the phase, or the one that an option names instead, when its file is what was started, and ends the
 * process with 0, 1, 2, 75 or 130; else does nothing.
 */
export async function main(meta: ImportMeta, phase: Phase, instead: Readonly<Record<string, Instead>> = {}): Promise<void> {
  const started = process.argv[1]
  if (started === undefined || meta.url !== pathToFileURL(realpathSync(started)).href) return
  const args = process.argv.slice(2)
  const option = args.find(arg => arg in instead)
  const other = instead[option ?? '']
  process.exitCode = other ? await start(other.phase, args.filter(arg => arg !== option)) : await start(phase, args, instead)
}

async function start(phase: Phase, args: readonly string[], instead: Readonly<Record<string, Instead>> = {}): Promise<number> {
  try {
    const [option = '', word, ...more] = args
    const show = phase.shows[option]
    if (show && word !== undefined && more.length === 0) {
      terminal.say(await show.lines(word, platformFolder(), loadConfig(platformFolder())))
      return 0
    }
    const request = parseOptions(args)
    if (request.help) return await help(phase, instead)
    return await session(phase, request, args)
  } catch (thrown) {
    const failure = asFailure(thrown)
    terminal.complain(explain(phase.stem, failure))
    return exitCode(failure)
  }
}

async function help(phase: Phase, instead: Readonly<Record<string, Instead>>): Promise<number> {
  const list = await claims(phase, exampleConfig())
  terminal.say([
    `npx tsx runbooks/${phase.stem}.mts [options]`,
    ...[...Object.entries(phase.shows), ...Object.entries(instead)].map(([option, { usage }]) => `  ${option} ${usage}`),
    ...USAGE,
    '',
    ...list.map(({ id, claim, kind, drill }) => `  ${id.padEnd(4)} ${kind.padEnd(6)} ${claim}${drill ? ` (disturbs: ${drill.effect})` : ''}`),
  ])
  return 0
}
