import { isScalar, parseDocument, stringify } from 'yaml'

/** A text in YAML with one value changed and every other character as it was; a key that is not there is added at the end of its map. */
export function withText(text: string, path: readonly string[], value: string): string {
  const document = parseDocument(text)
  const node = document.getIn(path, true)
  if (isScalar(node) && node.range) {
    const [start, end] = node.range
    const [before, after] = [text.slice(0, start), text.slice(end)]
    return `${before}${before.endsWith(':') ? ' ' : ''}${stringify(value).trimEnd()}${after.startsWith('#') ? ' ' : ''}${after}`
  }
  document.setIn(path, value)
  return document.toString({ lineWidth: 0 })
}
