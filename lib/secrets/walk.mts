import { isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml'
import { badInput } from '../engine/failure.mts'
import { placeRemarks, type Placed } from './remarks.mts'
import type { Selector } from './selector.mts'
import type { Page, Source, Span } from './source.mts'
import { scalarValue } from './scalar.mts'
import type { Value } from './value.mts'

/** A scalar in the walk: its keys from the root, its clear or still encrypted value, and whether the rule encrypts it. */
export type Leaf = Span & {
  what: 'leaf'
  keys: string[]
  page: number
  node: Scalar
  value: Value
  encrypted: boolean
  /** Whether it stands in a flow collection, where a ciphertext needs quotes. */
  flow: boolean
  list: YAMLSeq | undefined
}

/** A comment in the walk, with the keys of the container it stands in; `others` are the further candidates. */
export type Comment = Span & { what: 'comment'; keys: string[]; page: number; text: string; encrypted: boolean; others: string[][] }

type Container = YAMLMap | YAMLSeq
type Visit = { keys: string[]; active: string[][]; flow: boolean }

/** Every scalar and comment in SOPS' order: document by document, depth first; the `sops` entries are left out. */
export function walk(source: Source, selects: Selector): (Leaf | Comment)[] {
  return source.pages.flatMap((page, index) => walkPage(source, page, index, selects))
}

function walkPage(source: Source, page: Page, index: number, selects: Selector): (Leaf | Comment)[] {
  const found: (Leaf | Comment)[] = []
  const placed = placeRemarks(source, page, source.pages[index - 1]?.end ?? 0)

  const comment = ({ remark, others }: Placed, { keys, active }: Visit): void => {
    active.at(-1)?.push(remark.text)
    found.push({ what: 'comment', ...remark, keys, page: index, others, encrypted: selects(keys, active, true) })
  }
  const item = (node: Node | null, list: YAMLSeq | undefined, visit: Visit): void => {
    if (isMap(node) || isSeq(node)) return container(node, visit)
    if (!isScalar(node)) return
    const [start, end] = span(node, source.text)
    const { keys, active, flow } = visit
    found.push({ what: 'leaf', keys, page: index, node, value: scalarValue(node), start, end, flow, list, encrypted: selects(keys, active, false) })
  }
  const container = (node: Container, { keys, active, flow }: Visit): void => {
    const inside = [...active, [] as string[]]
    const remarks = [...(placed.get(node) ?? [])]
    const visit = (last: string[]): Visit => ({ keys: last, active: inside, flow: flow || node.flow === true })
    for (const member of node.items) {
      const key = isMap(node) ? ((member as Pair).key as Node) : null
      const child = (isMap(node) ? (member as Pair).value : member) as Node | null
      if (node === page.root && page.sops && page.sops.node === child) continue
      const start = (key ?? child)?.range?.[0] ?? 0
      while (remarks[0] && remarks[0].before <= start) comment(remarks.shift() as Placed, visit(keys))
      item(child, isSeq(node) ? node : undefined, visit(key ? [...keys, keyText(key)] : keys))
      inside[inside.length - 1] = []
    }
    for (const remark of remarks) comment(remark, visit(keys))
  }

  if (page.root) container(page.root, { keys: [], active: [], flow: false })
  else for (const remark of placed.get(undefined) ?? []) comment(remark, { keys: [], active: [[]], flow: false })
  return found
}

/** A mapping key as SOPS takes it; only strings and the merge key are keys. */
function keyText(key: Node): string {
  if (!isScalar(key)) throw badInput('tree contains a key that is a list or a mapping; only string keys are supported')
  const { kind, bytes } = scalarValue(key)
  if (kind === 'str') return bytes.toString('utf8')
  throw badInput(`tree contains a non-string key (type ${kind}): ${key.source ?? ''}; only string keys are supported, quote it`)
}

/** The text of a scalar with its tag, which goes when the value is replaced. */
function span(node: Scalar, text: string): [number, number] {
  const [start = 0, end = 0] = node.range ?? []
  let from = start
  for (let left = Number(node.tag !== undefined) + Number(node.anchor !== undefined); left > 0; left--) {
    from -= /[!&]\S*\s+$/.exec(text.slice(0, from))?.[0].length ?? 0
  }
  return [from, end]
}
