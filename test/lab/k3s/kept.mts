import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CACHE } from '../site.mts'

/** Everything that is built for the stand-in, under the key of what it was built of. */
export const FINISHED = join(CACHE, 'k3s')

/** Twelve hexadecimal digits that change with these files and folders of the stand-in, and with what else is named. */
export async function contentKey(paths: readonly string[], ...others: readonly unknown[]): Promise<string> {
  return keyOf(import.meta.dirname, paths, ...others)
}

/** The same for what lies in another folder. */
export async function keyOf(place: string, paths: readonly string[], ...others: readonly unknown[]): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(others))
  for (const path of paths) {
    for (const file of await filesOf(join(place, path))) hash.update(file.slice(place.length)).update(await readFile(file))
  }
  return hash.digest('hex').slice(0, 12)
}

/** The folder that holds what `make` put into one, made anew when its key changes; an interrupted one leaves nothing half. */
export async function kept(name: string, key: string, make: (folder: string) => Promise<unknown>): Promise<string> {
  const folder = join(FINISHED, `${name}-${key}`)
  if (existsSync(folder)) return folder
  const unfinished = join(FINISHED, `unfinished-${name}`)
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true })
  await make(unfinished)
  for (const old of await readdir(FINISHED)) {
    if (new RegExp(`^${name.replace(/[.+]/g, '\\$&')}-[0-9a-f]{12}$`).test(old)) await rm(join(FINISHED, old), { recursive: true, force: true })
  }
  await rename(unfinished, folder)
  return folder
}

async function filesOf(path: string): Promise<string[]> {
  if ((await stat(path)).isFile()) return [path]
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name)).sort()
}
