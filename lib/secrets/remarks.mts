import { isMap, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml'
import { column, lineStart, type Page, type Remark, type Source } from './source.mts'

type Container = YAMLMap | YAMLSeq

/** A member of a container: where it starts, the containers around it from the root with their keys, and the empty one it may be. */
type Slot = { start: number; around: { node: Container; keys: string[] }[]; empty: Container | undefined }

/** A comment in its container: it comes before the first member that starts at `before` or later. */
export type Placed = { remark: Remark; before: number; others: string[][] }

/** The comments of a document by container (undefined: a document without any), placed by column as go-yaml does. */
export function placeRemarks(source: Source, page: Page, from: number): Map<Container | undefined, Placed[]> {
  const placed = new Map<Container | undefined, Placed[]>()
  const slots = page.root ? members(page.root, [], []).toSorted((a, b) => a.start - b.start) : []
  for (const remark of source.remarks) {
    if (remark.start < from || remark.start >= page.end) continue
    if (page.sops && remark.start >= page.sops.start && remark.start < page.sops.end) continue
    const [container, before] = home(source.text, remark, slots)
    const others = [...new Map(slots.flatMap(({ around }) => around.map(({ keys }) => [keys.join(':'), keys]))).values()]
    const list = placed.get(container ?? page.root) ?? []
    placed.set(container ?? page.root, [...list, { remark, before, others }])
  }
  return placed
}

function home(text: string, remark: Remark, slots: Slot[]): [Container | undefined, number] {
  const previous = slots.findLast(({ start }) => start < remark.start)
  const next = slots.find(({ start }) => start > remark.start)
  const before = text.slice(lineStart(text, remark.start), remark.start)
  // At the end of a line a comment speaks of the member on that line; a dash alone is no member yet.
  if (previous && !/^[\s-]*$/.test(before)) return [previous.empty ?? previous.around.at(-1)?.node, previous.start]
  const at = /^\s*/.exec(before)?.[0].length ?? 0
  const nextHome = (next?.around ?? slots[0]?.around.slice(0, 1))?.at(-1)?.node
  const nextColumn = nextHome ? columnOf(nextHome, text) : 0
  if (at > nextColumn) return [previous?.around.at(-1)?.node, remark.start]
  const fitting = next?.around.findLast(({ node }) => columnOf(node, text) <= at)
  return [at === nextColumn ? nextHome : fitting?.node, remark.start]
}

function columnOf(node: Container, text: string): number {
  return column(text, node.range?.[0] ?? 0)
}

function members(node: Container, keys: string[], outer: Slot['around']): Slot[] {
  const around = [...outer, { node, keys }]
  return node.items.flatMap((member) => {
    const key = isMap(node) ? ((member as Pair).key as Node & { value?: unknown }) : undefined
    const child = (isMap(node) ? (member as Pair).value : member) as Node | null
    const inner = key ? [...keys, String(key.value)] : keys
    const nested = isMap(child) || isSeq(child) ? child : undefined
    const slot = { start: (key ?? child)?.range?.[0] ?? 0, around, empty: nested?.items.length === 0 ? nested : undefined }
    return nested ? [slot, ...members(nested, inner, around)] : [slot]
  })
}
