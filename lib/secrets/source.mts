import { isMap, parseAllDocuments, Parser, type Document, type Node, type YAMLMap } from 'yaml'
import { badInput } from '../engine/failure.mts'
import { inBlockStyle, isUneditable } from './block-style.mts'

// SOPS writes an empty collection that holds only a comment with its closing bracket in column 0, which YAML forbids.
const LONE_BRACKET = /^(?=[}\]][ \t]*\r?$)/m

/** A part of a text: offsets in UTF-16 units, the end exclusive. */
export type Span = { start: number; end: number }

/** A comment: where it stands, and its text without the `#`. */
export type Remark = Span & { text: string }

/** One YAML document: its root mapping (none when it is empty), the `sops` entry, and where one would be added. */
export type Page = { root: YAMLMap | undefined; sops: (Span & { node: Node }) | undefined; end: number }

/** A YAML text with its documents and comments; every node keeps its offsets in `text`. */
export type Source = { text: string; pages: Page[]; remarks: Remark[] }

/** A replacement of one part of a text. */
export type Edit = Span & { text: string }

/** Reads YAML without losing a byte; only aliases and a root in flow style are rewritten, as SOPS does. */
export function parseSource(text: string): Source {
  // The failsafe schema keeps every scalar as it is spelled: SOPS types them by its own rules.
  const documents = parseAllDocuments(text, { schema: 'failsafe', merge: false, logLevel: 'silent' })
  if ('empty' in documents) throw badInput('the file is completely empty, it must contain at least one document')
  const problem = problemOf(documents)
  if (problem !== undefined && LONE_BRACKET.test(text)) return parseSource(text.replace(new RegExp(LONE_BRACKET, 'gm'), ' '.repeat(80)))
  if (problem !== undefined) throw badInput(`cannot read the YAML: ${problem}`)
  if (documents.some((document) => isUneditable(document, text))) return parseSource(inBlockStyle(documents))
  return { text, pages: documents.map((document) => page(document, text)), remarks: remarks(text) }
}

/** The text with all the edits made; they must not overlap. */
export function splice(text: string, edits: Edit[]): string {
  let result = ''
  let from = 0
  for (const edit of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    result += text.slice(from, edit.start) + edit.text
    from = edit.end
  }
  return result + text.slice(from)
}

/** The column of an offset, from 0. */
export function column(text: string, offset: number): number {
  return offset - lineStart(text, offset)
}

/** The offset at which the line of an offset starts. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1
}

/** The line ending of a text: that of its first line. */
export function lineEnding(text: string): '\n' | '\r\n' {
  return /^[^\n]*\r\n/.test(text) ? '\r\n' : '\n'
}

function problemOf(documents: Document.Parsed[]): string | undefined {
  // The library goes on with the line in question, and quotes what it did not expect: either may hold a secret.
  return documents.flatMap(({ errors }) => errors)[0]?.message.split('\n')[0]?.replace(/:( ".*")?$/, '').replace(/: ".*" at line/, ' at line')
}

function page(document: Document.Parsed, text: string): Page {
  const root = isMap(document.contents) ? (document.contents as YAMLMap) : undefined
  const [, contentEnd, documentEnd] = document.range
  const marker = /^\.\.\.(?=\s|$)/m.exec(text.slice(contentEnd, documentEnd))
  const sops = root?.items.find(({ key }) => (key as Node & { value?: unknown }).value === 'sops')
  return { root, sops: sops && entry(sops.key as Node, sops.value as Node, text), end: marker ? contentEnd + marker.index : documentEnd }
}

/** The whole lines of a top-level entry. */
function entry(key: Node, node: Node, text: string): Span & { node: Node } {
  const end = node.range?.[1] ?? text.length
  const next = column(text, end) === 0 ? end : text.indexOf('\n', end) + 1
  return { start: key.range?.[0] ?? 0, end: next === 0 ? text.length : next, node }
}

function remarks(text: string): Remark[] {
  const found: Remark[] = []
  const collect = (token: unknown): void => {
    if (typeof token !== 'object' || token === null) return
    if ('type' in token && token.type === 'comment' && 'offset' in token && 'source' in token) {
      const [start, source] = [Number(token.offset), String(token.source)]
      found.push({ start, end: start + source.length, text: source.slice(1) })
    } else Object.values(token).forEach(collect)
  }
  for (const token of new Parser().parse(text)) collect(token)
  return found.sort((a, b) => a.start - b.start)
}
