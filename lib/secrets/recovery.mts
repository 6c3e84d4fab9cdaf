import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadConfig } from '../engine/config.mts'
import { badInput } from '../engine/failure.mts'
import { newIdentity, recipientsOf } from './identity.mts'
import { keyFile } from './operator.mts'
import { ruleFor, writeRule } from './rule.mts'
import type { State } from '../engine/claim.mts'
import type { Matcher } from '../engine/want.mts'

type Ask = (question: string) => Promise<string | undefined>

export type Readers = { readonly operator: boolean; readonly others: string[] }

const some: Matcher<string[]> = { wants: 'one at least', matches: (found) => found.length > 0 }

/**
 * Who `.sops.yaml` lets read new secrets: the operator, and the recovery key. Its recipient is the configuration's, or
 * a fresh key is shown once, on a terminal, and stored nowhere.
 */
export function rule(folder: string, ask: Ask): State<Readers> {
  const file = join(folder, '.sops.yaml')
  return {
    read: async () => {
      const named = existsSync(file) ? await ruleFor(folder, join(folder, 'secrets', 'any.sops.yaml')) : []
      const own = await recipientsOf(keyFile())
      return { operator: named.some((recipient) => own.includes(recipient)), others: named.filter((recipient) => !own.includes(recipient)) }
    },
    want: { operator: true, others: some },
    act: async () => {
      const [operator = ''] = await recipientsOf(keyFile())
      if (existsSync(file)) {
        throw badInput('.sops.yaml is there, and this operator cannot read by it', { expected: operator, next: 'have somebody who can read add it: docs/secrets.md#rotate-a-recipient' })
      }
      await writeRule(folder, [operator, loadConfig(folder).RECOVERY_RECIPIENT ?? (await shownOnce(ask))])
    },
  }
}

async function shownOnce(ask: Ask): Promise<string> {
  const { identity, recipient } = await newIdentity()
  const key = identity.reveal()
  const words = 'The recovery key opens every secret when this machine is lost. It is shown this once and stored nowhere: write it down.'
  const answer = await ask(`${words}\n\n  ${key}\n\nThen clear the screen. To go on, its last six characters:`)
  if (answer === undefined) {
    throw badInput('there is no recovery key yet, and nobody here to show one to', {
      next: 'run it on a terminal; or age-keygen on another machine, and RECOVERY_RECIPIENT=age1… in .env',
    })
  }
  if (answer.toUpperCase() !== key.slice(-6)) throw badInput('the recovery key was not repeated: nothing was written, and that key is void', { next: 'the same command again: it shows another key' })
  return recipient
}
