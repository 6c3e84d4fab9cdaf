import { readFile } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { badInput } from '../engine/failure.mts'
import { assertRecipient } from './data-key.mts'
import { goRegex } from './go-regex.mts'
import { SELECTORS } from './selector.mts'
import { createFile } from './vault.mts'

/** What this project encrypts in a Kubernetes Secret: the values, never the names. */
export const ENCRYPTED_REGEX = '^(data|stringData)$'

/** Two: the operator's key and the recovery key; with one, a lost laptop is the loss of every secret. */
export const LEAST_RECIPIENTS = 2

const list = z.union([z.string(), z.array(z.string())])
const shape = z.object({
  creation_rules: z.array(
    z.looseObject({ path_regex: z.string().optional(), age: list.optional(), ...Object.fromEntries(SELECTORS.map((name) => [name, z.string().optional()])) }),
  ),
})

/** The recipients that `.sops.yaml` names for a file; throws when its rule is not this project's. */
export async function ruleFor(folder: string, path: string): Promise<string[]> {
  const config = join(folder, '.sops.yaml')
  const text = await readFile(config, 'utf8').catch(() => {
    throw badInput(`there is no ${config}`, { next: 'npx tsx runbooks/00-prepare.mts' })
  })
  const { success, data } = shape.safeParse(parseDocument(text).toJS())
  if (!success) throw badInput('.sops.yaml has no list of creation_rules')
  const inside = relative(folder, resolve(path))
  const name = inside.startsWith('..') ? resolve(path) : inside.split(sep).join('/')
  const rule = data.creation_rules.find(({ path_regex: regex }) => !regex || goRegex(regex)?.(name))
  if (!rule) throw badInput(`no matching creation rules found for ${name} in .sops.yaml`)
  return recipientsOf(rule)
}

/** Writes `.sops.yaml` with the one rule of this project; throws when there is one already. */
export async function writeRule(folder: string, recipients: string[]): Promise<void> {
  assertRecipients(recipients)
  const lines = recipients.map((recipient) => `      - ${recipient}\n`).join('')
  const why = '# Who can read secrets/: after a change run npm run secrets -- recipients --all\n'
  const rule = `  - path_regex: ^secrets/.*\\.sops\\.yaml$\n    encrypted_regex: ${ENCRYPTED_REGEX}\n    age:\n${lines}`
  await createFile(join(folder, '.sops.yaml'), `${why}creation_rules:\n${rule}`, 0o644)
}

function assertRecipients(recipients: string[]): void {
  recipients.forEach(assertRecipient)
  const found = new Set(recipients).size
  if (found < LEAST_RECIPIENTS) throw badInput('a secret needs two recipients, the operator and the recovery key', { expected: LEAST_RECIPIENTS, found })
}

function recipientsOf(rule: z.infer<typeof shape>['creation_rules'][number]): string[] {
  const other = SELECTORS.filter((name) => rule[name] !== undefined && name !== 'encrypted_regex')
  const more = [rule.key_groups, rule.mac_only_encrypted].some((field) => field !== undefined)
  if (rule.encrypted_regex !== ENCRYPTED_REGEX || other.length > 0 || more) {
    throw badInput('the rule in .sops.yaml is not the one of this project', {
      expected: `encrypted_regex: ${ENCRYPTED_REGEX} and a list of age recipients, nothing else`,
    })
  }
  const given = rule.age ?? []
  const words = (typeof given === 'string' ? given.split(',') : given).map((recipient) => recipient.trim())
  const recipients = words.filter((recipient) => recipient !== '')
  assertRecipients(recipients)
  return [...new Set(recipients)]
}
