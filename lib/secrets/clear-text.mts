import type { YAMLSeq } from 'yaml'
import { scalarText } from './scalar-text.mts'
import type { Clear, Opened } from './sops.mts'
import { column, lineStart, splice, type Edit } from './source.mts'

/** The file as clear YAML: only the ciphertexts are replaced and the `sops` entries left out. */
export function clearText({ source, items }: Opened): string {
  const closed = items.filter(isClosed)
  const blocks = source.pages.flatMap(({ sops }) => (sops ? [{ ...sops, text: '' }] : []))
  return splice(source.text, [...closed.map((item) => clearEdit(item, source.text, closed)), ...blocks])
}

/** Whether an item stands in the file as a ciphertext. */
export function isClosed(item: Clear): boolean {
  const text = item.what === 'leaf' ? item.value.bytes.toString('utf8') : item.text
  return item.encrypted && item.clear.kind !== 'null' && text.startsWith('ENC[') && item.clear.bytes.toString('utf8') !== text
}

/** The start of an item with what makes it one: an encrypted comment in a list stands there as a list item, dash and all. */
export function markStart(item: Clear, text: string): number {
  return item.what === 'leaf' && item.list && item.clear.kind === 'comment' ? text.lastIndexOf('-', item.start) : item.start
}

function clearEdit(item: Clear, text: string, closed: Clear[]): Edit {
  const { start, end, clear } = item
  if (clear.kind === 'comment') {
    const from = markStart(item, text)
    const empty = item.what === 'leaf' && item.list && isLastOfComments(item.list, item, closed)
    return { start: from, end, text: `#${clear.bytes.toString('utf8')}${empty ? `\n${' '.repeat(column(text, from))}[]` : ''}` }
  }
  const flow = item.what === 'leaf' && item.flow
  return { start, end, text: scalarText(clear, { flow, indent: literalColumn(text, start) }) }
}

/** Without any item but comments a list would read as null. */
function isLastOfComments({ items }: YAMLSeq, item: Clear, closed: Clear[]): boolean {
  const isComment = (node: unknown): boolean => closed.some((one) => one.what === 'leaf' && one.node === node && one.clear.kind === 'comment')
  return item.what === 'leaf' && items.at(-1) === item.node && items.every(isComment)
}

/** Two columns right of the key or dash on the line: where a block literal's lines go. */
function literalColumn(text: string, offset: number): number {
  const line = text.slice(lineStart(text, offset), offset)
  const inner = /^(\s*(?:- +)*)/.exec(line)?.[1] ?? ''
  return column(inner, inner.length) + 2
}
