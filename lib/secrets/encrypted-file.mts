import { isEncrypted } from './cipher.mts'
import { readMetadata } from './metadata.mts'
import { ENCRYPTED_REGEX, LEAST_RECIPIENTS } from './rule.mts'
import { selector } from './selector.mts'
import { parseSource } from './source.mts'
import { walk } from './walk.mts'

/** What is wrong with a file in `secrets/`, read without any key; nothing when it is encrypted as the rule says. */
export function encryptionProblems(name: string, text: string, wanted?: string[]): string[] {
  if (!name.endsWith('.sops.yaml')) return ['only *.sops.yaml files belong in secrets/']
  try {
    return [...metadataProblems(text, wanted), ...plainValues(text)]
  } catch (thrown) {
    return [(thrown as Error).message]
  }
}

function metadataProblems(text: string, wanted: string[] | undefined): string[] {
  const { groups, selectors, mac, macOnlyEncrypted } = readMetadata(parseSource(text))
  const recipients = [...new Set(groups.flat().map(({ recipient }) => recipient))]
  const problems: string[] = []
  if (selectors.encrypted_regex !== ENCRYPTED_REGEX) problems.push(`it is not encrypted under encrypted_regex ${ENCRYPTED_REGEX}`)
  if (groups.length > 1) problems.push('its key is split over key groups, the rule has none')
  if (macOnlyEncrypted) problems.push('its MAC leaves out the clear values')
  if (recipients.length < LEAST_RECIPIENTS) problems.push(`it has ${recipients.length} recipient, a lost key would be the loss of the file`)
  if (!isEncrypted(mac)) problems.push('it has no MAC')
  const missing = wanted?.filter((recipient) => !recipients.includes(recipient)) ?? []
  const extra = wanted ? recipients.filter((recipient) => !wanted.includes(recipient)) : []
  if (missing.length > 0) problems.push(`${missing.join(', ')} is in .sops.yaml but cannot read it; run npm run secrets -- recipients --all`)
  if (extra.length > 0) problems.push(`${extra.join(', ')} can read it but is not in .sops.yaml; run npm run secrets -- recipients --all`)
  return problems
}

/** Values under data or stringData that stand in clear, whatever the file's own selector says. */
function plainValues(text: string): string[] {
  const items = walk(parseSource(text), selector({ encrypted_regex: ENCRYPTED_REGEX }))
  return items.flatMap((item) => {
    if (item.what !== 'leaf' || !item.encrypted || item.value.kind === 'null' || item.value.bytes.length === 0) return []
    return isEncrypted(item.value.bytes.toString('utf8')) ? [] : [`${item.keys.join('.')} stands in clear`]
  })
}
