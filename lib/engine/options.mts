import { parseArgs } from 'node:util'
import { badInput } from './failure.mts'
import type { Selection } from './run.mts'

export type Request = Selection & {
  readonly help: boolean
  readonly json: boolean
  /** The host that was named on the command line as the one to disturb. */
  readonly yesDisturb?: string | undefined
}

export const USAGE: readonly string[] = [
  '  --plan               writes nothing; prints what each act would change',
  '  --verify             writes nothing; every claim is only read',
  '  --drill              also disturbs: asks for the host\'s name first',
  '  --yes-disturb HOST   the answer to that, where there is no terminal',
  '  --only B3,B4         only these claims',
  '  --from B3            this claim and those after it',
  '  --json               one JSON object a line',
  '  --help               the claims',
]

/** What a runbook was asked to do. Throws bad input for anything it does not know. */
export function parseOptions(args: readonly string[]): Request {
  const { plan, verify, drill, help, json, only, from, 'yes-disturb': yesDisturb } = values(args)
  if (plan && verify) throw badInput('--plan and --verify exclude each other', { next: 'drop one of them' })
  if (drill && (plan || verify)) throw badInput('--drill disturbs, and --plan and --verify write nothing', { next: 'drop one of them' })
  return {
    mode: plan ? 'plan' : verify ? 'verify' : 'apply',
    drills: drill ?? false,
    help: help ?? false,
    json: json ?? false,
    yesDisturb,
    only: only?.split(',').map(id => id.trim()),
    from,
  }
}

function values(args: readonly string[]) {
  const flag = { type: 'boolean' } as const
  const text = { type: 'string' } as const
  try {
    return parseArgs({
      args: [...args],
      options: { plan: flag, verify: flag, drill: flag, help: flag, json: flag, only: text, from: text, 'yes-disturb': text },
    }).values
  } catch (error) {
    throw badInput((error as Error).message.split('.')[0]?.toLowerCase() ?? 'unknown option', { next: '--help lists the options' })
  }
}
