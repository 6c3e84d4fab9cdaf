import { holds, plain } from './want.mts'

/** What would have to change for `found` to be what is wanted: lines `- path found` and `+ path wanted`, none when it holds. */
export function difference(want: unknown, found: unknown, path = ''): string[] {
  if (holds(want, found)) return []
  if (isList(want) && isList(found)) return listDifference(want, found, path)
  if (typeof want === 'string' && typeof found === 'string' && (want + found).includes('\n')) {
    return listDifference(want.split('\n'), found.split('\n'), path)
  }
  if (isMap(want) && isMap(found)) {
    const keys = [...new Set([...Object.keys(want), ...Object.keys(found)])]
    return keys.flatMap(key => difference(want[key], found[key], path ? `${path}.${key}` : key))
  }
  return [line('-', path, found), line('+', path, plain(want))].filter(text => text !== '')
}

function listDifference(want: readonly unknown[], found: readonly unknown[], path: string): string[] {
  const missing = want.filter(item => !found.some(other => holds(item, other)))
  const extra = found.filter(item => !want.some(other => holds(other, item)))
  if (missing.length + extra.length === 0) return [line('-', path, found), line('+', path, plain(want))]
  return [...extra.map(item => line('-', path, item)), ...missing.map(item => line('+', path, plain(item)))]
}

function line(sign: '-' | '+', path: string, value: unknown): string {
  if (value === undefined) return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return `${sign} ${path === '' ? '' : `${path}  `}${text}`
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('matches' in value)
}
