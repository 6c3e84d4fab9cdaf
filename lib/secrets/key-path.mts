import { isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml'
import { badInput } from '../engine/failure.mts'
import { quoted, scalarText } from './scalar-text.mts'
import { column, lineEnding, type Edit, type Page, type Source } from './source.mts'
import { value } from './value.mts'

/** The way to a value: mapping keys and list indexes from 0. */
export type KeyPath = (string | number)[]

/** A key path as it is typed: `stringData.password`, `stringData["tls.crt"]`, or SOPS' `["a"]["b"][0]`. */
export function parseKeyPath(text: string): KeyPath {
  const path: KeyPath = []
  const pattern = /(?:^|\.)([^.[\]"]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/gy
  let read = 0
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const [whole, key, index, json] = match
    path.push(key ?? (index === undefined ? String(JSON.parse(json ?? '""')) : Number(index)))
    read += whole.length
  }
  if (path.length === 0 || read !== text.length) {
    throw badInput(`${JSON.stringify(text)} is no key path`, { expected: 'stringData.password, or stringData["tls.crt"] for a key with dots' })
  }
  return path
}

/** The node at a path in a document, or undefined. */
export function nodeAt({ root, sops }: Page, path: KeyPath): Node | undefined {
  let node: Node | null | undefined = root
  for (const step of path) {
    const child: unknown = isSeq(node) && typeof step === 'number' ? node.items[step] : isMap(node) ? pairOf(node, String(step))?.value : undefined
    node = child as Node | undefined
  }
  return node === null || node === sops?.node ? undefined : node
}

/** The edit that makes the value at a path an empty string, adding the last key when its mapping lacks it, and the document. */
export function blankAt(source: Source, path: KeyPath): Edit & { page: number } {
  const shown = path.join('.')
  const having = source.pages.flatMap((page, index) => (nodeAt(page, path) ? [index] : []))
  const parents = source.pages.flatMap((page, index) => (nodeAt(page, path.slice(0, -1)) ? [index] : []))
  const candidates = having.length > 0 ? having : parents
  const [index] = candidates
  const page = source.pages[index ?? 0]
  const next = 'npm run secrets -- edit FILE'
  if (index === undefined || !page) throw badInput(`there is no ${path.slice(0, -1).join('.')} to put ${String(path.at(-1))} in`, { next })
  if (candidates.length > 1) throw badInput(`${shown} fits in ${candidates.length} documents of the file`, { next })
  const node = nodeAt(page, path)
  if (!node) return { page: index, ...added(source.text, page, nodeAt(page, path.slice(0, -1)), String(path.at(-1))) }
  if (!isScalar(node)) throw badInput(`${shown} is a ${isMap(node) ? 'mapping' : 'list'}, not a value`)
  const [start = 0, end = 0] = node.range ?? []
  const lead = start > 0 && /\S/.test(source.text.charAt(start - 1)) && start === end ? ' ' : ''
  return { page: index, start, end, text: `${lead}""${/\r?\n$/.exec(source.text.slice(start, end))?.[0] ?? ''}` }
}

function added(text: string, page: Page, parent: Node | undefined, key: string): Edit {
  const name = scalarText(value('str', key), { flow: false, indent: 0 })
  if (isScalar(parent) && parent.source === '') {
    const at = parent.range?.[1] ?? 0
    return { start: at, end: at, text: ` {${quoted(key)}: ""}` }
  }
  if (!isMap(parent)) throw badInput(`${key} cannot be added: what should hold it is no mapping`)
  const pairs = (parent as YAMLMap).items.filter((pair) => pair.value === null || pair.value !== page.sops?.node) as Pair<Node, Node | null>[]
  if (parent.flow === true) {
    const at = (parent.range?.[1] ?? 1) - 1
    return { start: at, end: at, text: `${pairs.length > 0 ? ', ' : ''}${quoted(key)}: ""` }
  }
  const newLine = lineEnding(text)
  const last = pairs.at(-1)
  if (!last) return { start: page.sops?.start ?? 0, end: page.sops?.start ?? 0, text: `${name}: ""${newLine}` }
  const end = (last.value ?? last.key).range?.[1] ?? 0
  const next = column(text, end) === 0 ? end : text.indexOf('\n', end) + 1 || text.length
  const open = next > 0 && text[next - 1] !== '\n' ? newLine : ''
  return { start: next, end: next, text: `${open}${' '.repeat(column(text, pairs[0]?.key.range?.[0] ?? 0))}${name}: ""${newLine}` }
}

function pairOf(node: YAMLMap, key: string): Pair | undefined {
  return (node.items as Pair<Node & { value?: unknown }>[]).find((pair) => pair.key.value === key)
}
