import { isMap, isScalar, isSeq, parseAllDocuments, type Node, type Pair, type YAMLMap } from 'yaml'
import { isEncrypted } from './cipher.mts'
import { lineOf, type Finding } from './finding.mts'
import { isPlaceholder } from './patterns.mts'

const WHAT = 'Kubernetes Secret'
const MENTION = /kind["']?\s*:\s*["']?Secret\b["']?/
const FENCE = /^([ \t]*)(?:```|~~~)(?:ya?ml|json)[^\n]*\n(?<body>[\s\S]*?)^[ \t]*(?:```|~~~)/gm

/** Kubernetes Secrets whose data or stringData stand in clear, block or flow style, alone or in a List; also in Markdown fences. */
export function kubernetesSecrets(text: string): Finding[] {
  if (!MENTION.test(text)) return []
  const whole = secretsIn(text, 0, text)
  if (whole) return whole
  const fenced = [...text.matchAll(FENCE)].flatMap(({ index, 0: all, groups }) => {
    const body = groups?.body ?? ''
    return secretsIn(body, index + all.indexOf(body), text) ?? templated(body, index, text)
  })
  return fenced.length > 0 ? fenced : templated(text, 0, text)
}

/** The findings, or undefined when the text is no YAML. */
function secretsIn(body: string, offset: number, text: string): Finding[] | undefined {
  const documents = parseAllDocuments(body, { schema: 'failsafe', logLevel: 'silent', uniqueKeys: false })
  if ('empty' in documents || documents.some(({ errors, contents }) => errors.length > 0 || isScalar(contents))) return undefined
  return documents.flatMap(({ contents }) => inside(contents)).map((at) => ({ what: WHAT, line: lineOf(text, offset + at) }))
}

/** The offsets of the plain values in every Secret in a tree. */
function inside(node: Node | null): number[] {
  if (isSeq(node)) return (node.items as Node[]).flatMap(inside)
  if (!isMap(node)) return []
  const values = (node as YAMLMap<Node, Node | null>).items
  const isSecret = values.some(({ key, value }) => scalarText(key) === 'kind' && scalarText(value) === 'Secret')
  if (!isSecret) return values.flatMap(({ value }) => inside(value))
  return values.filter(({ key }) => /^(data|stringData)$/.test(scalarText(key) ?? '')).flatMap(({ value }) => plainLeaves(value))
}

function plainLeaves(node: Node | null): number[] {
  if (isMap(node)) return (node.items as Pair<Node, Node | null>[]).flatMap(({ value }) => plainLeaves(value))
  if (isSeq(node)) return (node.items as Node[]).flatMap(plainLeaves)
  const text = scalarText(node) ?? ''
  return text === '' || isEncrypted(text) || isPlaceholder(text) ? [] : [node?.range?.[0] ?? 0]
}

/** A template or a program that writes YAML does not parse: its lines are read one by one. */
function templated(body: string, offset: number, text: string): Finding[] {
  const found = /kind:\s*["']?Secret["']?\s*$[\s\S]{0,2000}?^[ \t]*(?:data|stringData):[ \t]*\r?\n(?<lines>(?:[ \t]+(?:#|[\w."-]+:).*\r?\n?)+)/m.exec(body)
  const lines = found?.groups?.lines?.split('\n') ?? []
  const plain = lines.some((line) => {
    const value = /^[ \t]+[\w."-]+:\s*["']?(?<value>[^"'\s][^"']*)/.exec(line)?.groups?.value ?? ''
    return value !== '' && !isPlaceholder(value) && !isEncrypted(value)
  })
  return found && plain ? [{ what: WHAT, line: lineOf(text, offset + found.index) }] : []
}

function scalarText(node: Node | null): string | undefined {
  return isScalar(node) ? String(node.source ?? node.value) : undefined
}
