import { isMap, isScalar, isSeq, type Node, type Pair } from 'yaml'
import { z } from 'zod'
import { badInput } from '../engine/failure.mts'
import { scalarValue } from './scalar.mts'
import { scalarText } from './scalar-text.mts'
import { SELECTORS, type SelectorName } from './selector.mts'
import type { Source } from './source.mts'
import { wholeSeconds } from './timestamp.mts'
import { value } from './value.mts'

/** The data key wrapped for one age recipient, as an armored age file. */
export type Wrapped = { recipient: string; enc: string }

/** What the `sops` entry says; `groups` has one list of recipients, or several that share the data key by Shamir. */
export type Metadata = {
  groups: Wrapped[][]
  threshold: number
  selectors: Partial<Record<SelectorName, string>>
  macOnlyEncrypted: boolean
  lastModified: string
  mac: string
  version: string
}

const OTHER_KEYS = ['pgp', 'kms', 'gcp_kms', 'hckms', 'azure_kv', 'hc_vault'] as const

const keys = z.array(z.object({ recipient: z.string(), enc: z.string() })).nullish()
const others = Object.fromEntries(OTHER_KEYS.map((name) => [name, z.array(z.unknown()).nullish()]))
const shape = z.object({
  ...others,
  age: keys,
  key_groups: z.array(z.object({ age: keys })).nullish(),
  shamir_threshold: z.number().optional(),
  lastmodified: z.string({ error: "'lastmodified' expected type 'string': it must be quoted" }),
  mac: z.string().nullish(),
  version: z.string({ error: 'version string empty' }).regex(/^\d+\.\d+\.\d+/, 'no Major.Minor.Patch elements found in the version'),
  mac_only_encrypted: z.boolean().optional(),
  ...(Object.fromEntries(SELECTORS.map((name) => [name, z.string().optional()])) as Record<SelectorName, z.ZodOptional<z.ZodString>>),
})

/** The metadata of an encrypted YAML file; throws when there is none, or none that age can open. */
export function readMetadata(source: Source): Metadata {
  const node = source.pages[0]?.sops?.node
  if (!node) throw badInput('sops metadata not found', { next: 'npm run secrets -- check names every file that is not encrypted' })
  const { success, data, error } = shape.safeParse(plain(node))
  if (!success) throw badInput(`the sops metadata cannot be read: ${error.issues.map(({ message }) => message).join('; ')}`)
  const lastModified = wholeSeconds(data.lastmodified)
  if (lastModified === undefined) throw badInput('the sops metadata cannot be read: lastmodified is no RFC 3339 time')
  const groups = data.key_groups ? data.key_groups.map(({ age }) => age ?? []) : [data.age ?? []]
  if (groups.every((group) => group.length === 0)) throw withoutAge(data)
  return {
    groups,
    threshold: data.shamir_threshold || groups.length,
    selectors: Object.fromEntries(SELECTORS.flatMap((name) => (data[name] ? [[name, data[name]]] : []))),
    macOnlyEncrypted: data.mac_only_encrypted ?? false,
    lastModified,
    mac: data.mac ?? '',
    version: data.version,
  }
}

/** The `sops` entry as SOPS 3.13 writes it: alphabetical, the mac on one unquoted line. */
export function metadataText({ groups, selectors, macOnlyEncrypted, lastModified, mac, version }: Metadata): string {
  const armor = (enc: string): string => enc.trim().split(/\r?\n/).map((line) => `            ${line}`).join('\n')
  const age = groups.flat().map(({ recipient, enc }) => `        - enc: |\n${armor(enc)}\n          recipient: ${recipient}\n`)
  const text = (plain: string): string => scalarText(value('str', plain), { flow: false, indent: 8 })
  const fields = {
    ...Object.fromEntries(Object.entries(selectors).map(([name, pattern]) => [name, text(pattern)])),
    ...(macOnlyEncrypted ? { mac_only_encrypted: 'true' } : {}),
    lastmodified: `"${lastModified}"`,
    mac,
    version,
  }
  const lines = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, field]) => `    ${name}: ${field}\n`)
  return `sops:\n    age:\n${age.join('')}${lines.join('')}`
}

function withoutAge(data: Record<string, unknown>): Error {
  const found = OTHER_KEYS.filter((name) => Array.isArray(data[name]) && data[name].length > 0)
  if (found.length === 0) return badInput('no keys found in the sops metadata')
  return badInput(`the file is encrypted for ${found.join(', ')} only; this project reads age recipients`, { next: 'open it with sops itself' })
}

/** A node as plain data; a date stays an object, so that it is not taken for the string it must be. */
function plain(node: Node | null): unknown {
  if (isMap(node)) {
    const pairs = node.items as Pair<{ value?: unknown }, Node | null>[]
    return Object.fromEntries(pairs.map(({ key, value }) => [String(key.value), plain(value)]))
  }
  if (isSeq(node)) return (node.items as Node[]).map(plain)
  if (!isScalar(node)) return null
  const { kind, bytes } = scalarValue(node)
  const text = bytes.toString('utf8')
  if (kind === 'str') return text
  if (kind === 'null') return null
  return kind === 'bool' ? text === 'True' : kind === 'time' ? new Date(text) : Number(text)
}
