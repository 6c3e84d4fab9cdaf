import { isMap, isScalar, visit, type Document, type Node } from 'yaml'
import { badInput } from '../engine/failure.mts'

const MOST_ALIASES = 1000

/** Whether a document cannot be edited in place: it has aliases (one ciphertext cannot serve two places), or a root in flow style. */
export function isUneditable(document: Document.Parsed, text: string): boolean {
  const { contents } = document
  if (contents === null || (isScalar(contents) && contents.value === '' && contents.type === 'PLAIN')) return false
  if (isNull(contents)) return true
  if (!isMap(contents)) throw badInput('a YAML document that is a list or a single value is not supported, its root must be a mapping')
  let aliased = false
  visit(document, { Alias: () => ((aliased = true), visit.BREAK) })
  const start = (contents.items[0]?.key as Node | null | undefined)?.range?.[0] ?? 0
  return aliased || contents.flow === true || (start > 0 && text[start - 1] !== '\n')
}

/** The documents as YAML with their aliases written out and their roots in block style. */
export function inBlockStyle(documents: Document.Parsed[]): string {
  for (const document of documents) {
    let left = MOST_ALIASES
    visit(document, {
      Alias: (_, alias) => {
        const target = alias.resolve(document)
        if (!target) throw badInput(`unknown anchor '${alias.source}' referenced`)
        if (left-- === 0) throw badInput(`more than ${MOST_ALIASES} aliases, or an anchor that contains itself`)
        return target.clone() as Node
      },
    })
    visit(document, { Node: (_, node) => ('anchor' in node ? void delete node.anchor : undefined) })
    if (isMap(document.contents)) document.contents.flow = false
    if (isNull(document.contents)) document.contents = null
  }
  return documents.map((document, index) => (index > 0 ? '---\n' : '') + body(document)).join('')
}

function body(document: Document.Parsed): string {
  document.directives.docStart = null
  return document.contents === null ? '' : document.toString({ lineWidth: 0, directives: false }).replace(/^---\n/, '')
}

function isNull(node: unknown): boolean {
  return isScalar(node) && node.type === 'PLAIN' && /^(~|null|Null|NULL)?$/.test(String(node.source ?? node.value))
}
