import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The items of a list as an API server gave them, without what no reading looks at. */
export function recording<T>(name: string): T[] {
  return JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/cluster', `${name}.json`), 'utf8')) as T[]
}
