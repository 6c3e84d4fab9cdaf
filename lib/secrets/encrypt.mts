import { isMap, type Node, type Pair } from 'yaml'
import { badInput } from '../engine/failure.mts'
import { encrypt } from './cipher.mts'
import { readMetadata, type Metadata } from './metadata.mts'
import { selector } from './selector.mts'
import { computeMac, decryptAll, placeOf, type Clear } from './sops.mts'
import { lineEnding, parseSource, splice, type Edit } from './source.mts'
import { value, type Value } from './value.mts'
import { walk } from './walk.mts'

/** A ciphertext kept from an earlier state of the file, as it was written there. */
export type Kept = { place: string; clear: Value; text: string }

/** Clear YAML as an encrypted file with this `sops` entry; values equal to a kept one keep their ciphertext. */
export function encryptText(clear: string, block: string, { selectors }: Pick<Metadata, 'selectors'>, key: Buffer, kept: Kept[] = []): string {
  const { text, pages, ...source } = parseSource(clear)
  if (pages.some(({ sops }) => sops)) throw badInput('the text has a top-level entry called sops: it is already encrypted, or the name is taken')
  const left = [...kept]
  const edits = walk({ text, pages, ...source }, selector(selectors)).flatMap((item) => {
    const clear = item.what === 'leaf' ? item.value : value('comment', item.text)
    const known: Clear = { ...item, place: placeOf(item.keys), clear }
    return item.encrypted && clear.bytes.length > 0 ? [{ ...item, text: (take(left, known) ?? sealedText(known, key)) + lastBreak(item, text) }] : []
  })
  // A comment on the first line of a block scalar goes with the scalar.
  const outer = edits.filter((edit) => !edits.some((other) => other !== edit && other.start <= edit.start && other.end >= edit.end))
  const newLine = lineEnding(text)
  const blocks = pages.map(({ end }): Edit => {
    const open = end > 0 && text[end - 1] !== '\n' ? newLine : ''
    return { start: end, end, text: open + block.replace(/\r?\n/g, newLine) }
  })
  return resealed(splice(text, [...outer, ...blocks]), key)
}

/** An encrypted file with `lastmodified` and `mac` made true again in every document; nothing else changes. */
export function resealed(text: string, key: Buffer): string {
  const source = parseSource(text)
  const metadata = readMetadata(source)
  const items = decryptAll(walk(source, selector(metadata.selectors)), key)
  const lastModified = new Date().toISOString().replace(/\.\d+/, '')
  const fields = { lastmodified: `"${lastModified}"`, mac: encrypt(value('str', computeMac(items, metadata)), key, lastModified) }
  const edits = source.pages.flatMap(({ sops }) => {
    const pairs = isMap(sops?.node) ? (sops.node.items as Pair<Node & { value?: unknown }, Node>[]) : []
    return pairs.flatMap(({ key, value }): Edit[] => {
      const name = String(key.value)
      const [start, end] = value?.range ?? []
      if ((name !== 'lastmodified' && name !== 'mac') || start === undefined || end === undefined) return []
      return [{ start, end, text: fields[name] }]
    })
  })
  return splice(source.text, edits)
}

/** The text that stands in the file for an encrypted item; in a flow collection its brackets need quotes. */
export function sealedText(item: Clear, key: Buffer): string {
  const sealed = encrypt(item.clear, key, item.place)
  if (item.what === 'comment') return `#${sealed}`
  return item.flow ? `"${sealed}"` : sealed
}

/** A block scalar ends with its last line break; whatever replaces it needs one too. */
export function lastBreak({ start, end }: { start: number; end: number }, text: string): string {
  return /\r?\n$/.exec(text.slice(start, end))?.[0] ?? ''
}

function take(kept: Kept[], item: Clear): string | undefined {
  const bare = item.what === 'leaf' && item.flow
  const index = kept.findIndex(({ place, clear, text }) => {
    return place === item.place && clear.kind === item.clear.kind && clear.bytes.equals(item.clear.bytes) && !(bare && text.startsWith('ENC['))
  })
  return index < 0 ? undefined : kept.splice(index, 1)[0]?.text
}
