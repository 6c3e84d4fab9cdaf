import { randomBytes } from 'node:crypto'
import { clearText, isClosed, markStart } from './clear-text.mts'
import { wrapDataKey } from './data-key.mts'
import { encryptText, lastBreak, resealed, sealedText } from './encrypt.mts'
import { blankAt, nodeAt, type KeyPath } from './key-path.mts'
import { metadataText } from './metadata.mts'
import { scalarText } from './scalar-text.mts'
import { selector } from './selector.mts'
import { placeOf, type Opened } from './sops.mts'
import { parseSource, splice } from './source.mts'
import { value } from './value.mts'
import { walk } from './walk.mts'

/** A file for other recipients, and who that is. */
export type Rewrapped = { text: string; added: string[]; removed: string[] }

/** The file with one string set, encrypted where the rule says so; every other line stays as it was. */
export function withValue({ source, key, metadata, items }: Opened, path: KeyPath, text: string): string {
  const clear = value('str', text)
  const blank = blankAt(source, path)
  const current = items.find((item) => item.what === 'leaf' && item.page === blank.page && item.node === nodeOf(source, blank.page, path))
  if (current?.clear.kind === 'str' && current.clear.bytes.equals(clear.bytes)) return source.text
  const blanked = parseSource(splice(source.text, [blank]))
  const node = nodeOf(blanked, blank.page, path)
  const leaf = walk(blanked, selector(metadata.selectors)).find((item) => item.what === 'leaf' && item.node === node)
  if (leaf?.what !== 'leaf') throw new Error(`no value at ${path.join('.')}`)
  const item = { ...leaf, clear, place: placeOf(leaf.keys) }
  const written = leaf.encrypted && text !== '' ? sealedText(item, key) : scalarText(clear, { flow: true, indent: 0 })
  return resealed(splice(blanked.text, [{ ...leaf, text: written }]), key)
}

/** The file with its clear text replaced by an edited one; what was not edited keeps its ciphertext. */
export function withText(opened: Opened, edited: string): string {
  const { source, key, metadata, items } = opened
  if (edited === clearText(opened)) return source.text
  const kept = items.filter(isClosed).map((item) => ({ ...item, text: source.text.slice(markStart(item, source.text), item.end) }))
  const sops = source.pages[0]?.sops
  return encryptText(edited, source.text.slice(sops?.start, sops?.end), metadata, key, kept)
}

/** The file for other recipients; when one is taken away the data key is new too, so it cannot open later values. */
export async function withRecipients(opened: Opened, recipients: string[]): Promise<Rewrapped> {
  const { source, key, metadata, items } = opened
  const old = metadata.groups.flat().map(({ recipient }) => recipient)
  const added = recipients.filter((recipient) => !old.includes(recipient))
  const removed = [...new Set(old)].filter((recipient) => !recipients.includes(recipient))
  if (added.length === 0 && removed.length === 0 && metadata.groups.length === 1) return { text: source.text, added, removed }
  const rotated = removed.length > 0 || metadata.groups.length > 1
  const next = rotated ? randomBytes(32) : key
  const block = metadataText({ ...metadata, groups: [await wrapDataKey(next, recipients)] })
  const blocks = source.pages.flatMap(({ sops }) => (sops ? [{ ...sops, text: block }] : []))
  if (!rotated) return { text: splice(source.text, blocks), added, removed }
  const values = items.filter(isClosed).map((item) => ({ ...item, text: sealedText(item, next) + lastBreak(item, source.text) }))
  return { text: resealed(splice(source.text, [...values, ...blocks]), next), added, removed }
}

function nodeOf({ pages }: ReturnType<typeof parseSource>, page: number, path: KeyPath): unknown {
  const found = pages[page]
  return found && nodeAt(found, path)
}
