import { lines } from './lines.mts'

/** Parses what `sha256sum` prints: the hash of each file, by its name. */
export function parseChecksums(text: string): Record<string, string> {
  return Object.fromEntries(lines(text).flatMap(line => {
    const [, hash, file] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? []
    return hash && file ? [[file, hash]] : []
  }))
}
