import { parseArgs } from 'node:util'
import { badInput } from '../../lib/engine/failure.mts'
import { registryAnswers } from './image.mts'
import { HOSTS, type Os } from './recipe.mts'
import type { FirstContact } from './seed.mts'

const COMMANDS = ['all', 'up', 'run', 'reset', 'shell', 'status', 'down'] as const

export type Command = (typeof COMMANDS)[number]

export type Options = {
  readonly command: Command
  readonly os: Os | undefined
  readonly firstContact: FirstContact
  readonly standIn: boolean
  readonly cache: boolean
  readonly help: boolean
}

/** What `--help` prints. */
export const HELP = `npm run lab                  a throwaway VPS, every runbook with its drills, GO or NO-GO
npm run lab -- COMMAND       one part of it

  up          boot the VPS, or a new one in its place
  run         every runbook on the VPS that is up
  reset       back to the bare VPS, in seconds
  shell       root on the VPS, as on the provider's console
  status      everything the lab has made on this machine
  down        remove it all, and put this machine's kernel settings back

  --os debian-12|debian-13|ubuntu-24.04   the VPS; ubuntu-24.04 where a registry has it, else debian-12
  --first-contact sudo|root               whom the provider lets in; sudo
  --stand-in                              the lab's own K3s, even where the genuine one is to be had
  --cache                                 with down: remove downloads and finished images too

  DEBIAN_MIRROR=http://…/debian           in the environment: the mirror, where this machine's apt has none`

/** What was asked for; every word that is not known is named. */
export function options(args: readonly string[]): Options {
  const { values, positionals } = parsed(args)
  const [command = 'all', ...rest] = positionals
  const { os, 'first-contact': firstContact = 'sudo', 'stand-in': standIn = false, cache = false, help = false } = values
  const problems = [
    ...(isCommand(command) && rest.length === 0 ? [] : [`command ${[command, ...rest].join(' ')}`]),
    ...(os === undefined || isOs(os) ? [] : [`--os ${os}`]),
    ...(firstContact === 'sudo' || firstContact === 'root' ? [] : [`--first-contact ${firstContact}`]),
  ]
  if (problems.length > 0) throw badInput(`not known: ${problems.join(', ')}`, { next: 'npm run lab -- --help' })
  return { command: command as Command, os: os as Os | undefined, firstContact: firstContact as FirstContact, standIn, cache, help }
}

/** The VPS that was asked for, or the best one to be had here. */
export async function chosenOs(os: Os | undefined): Promise<Os> {
  return os ?? (await registryAnswers() ? 'ubuntu-24.04' : 'debian-12')
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { os: text, 'first-contact': text, 'stand-in': flag, cache: flag, help: flag } })
  } catch (problem) {
    throw badInput((problem as Error).message, { next: 'npm run lab -- --help' })
  }
}

function isCommand(word: string): word is Command {
  return COMMANDS.some(command => command === word)
}

function isOs(word: string): word is Os {
  return Object.keys(HOSTS).includes(word)
}
