import { isMap, isSeq, type Node, type Pair } from 'yaml'
import { Secret } from './secret.mts'
import type { Clear, Opened } from './sops.mts'
import type { Value } from './value.mts'

/** A decrypted value as JavaScript has it; integers beyond 2^53 are bigint, dates are their RFC 3339 text. */
export type ClearValue = Secret | string | number | bigint | boolean | null | ClearValue[] | { [key: string]: ClearValue }

/** The documents of an opened file as plain objects, without the `sops` entry; encrypted scalars become Secrets. */
export function clearDocuments({ source, items }: Opened): Record<string, ClearValue>[] {
  const byNode = new Map<unknown, Clear>(items.flatMap((item) => (item.what === 'leaf' ? [[item.node, item]] : [])))
  const convert = (node: Node | null): ClearValue => {
    if (isMap(node)) return mapping(node.items as Pair<Node, Node | null>[])
    if (isSeq(node)) return (node.items as Node[]).filter((item) => byNode.get(item)?.clear.kind !== 'comment').map(convert)
    const leaf = byNode.get(node)
    if (!leaf) return null
    return leaf.encrypted && leaf.clear.kind !== 'null' ? new Secret(leaf.clear.bytes.toString('utf8')) : scalar(leaf.clear)
  }
  const mapping = (pairs: Pair<Node, Node | null>[]): Record<string, ClearValue> => {
    return Object.fromEntries(pairs.map(({ key, value }) => [String((key as Node & { value?: unknown }).value), convert(value)]))
  }
  return source.pages.map(({ root, sops }) => {
    const pairs = (root?.items ?? []) as Pair<Node, Node | null>[]
    return mapping(pairs.filter(({ value }) => value === null || value !== sops?.node))
  })
}

function scalar({ kind, bytes }: Value): ClearValue {
  const text = bytes.toString('utf8')
  switch (kind) {
    case 'null':
      return null
    case 'bool':
      return text === 'True'
    case 'int':
      return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text)
    case 'float':
      return text.endsWith('Inf') ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text)
    default:
      return text
  }
}
