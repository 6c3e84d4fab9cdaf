import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { download } from './download.mts'
import { sha256 } from './sha256.mts'

const INCOMING = 'incoming-'
const DAY = 86_400_000

export type Kept = { readonly path: string, readonly sha256: string }

/** The path of a file with these bytes that an earlier run downloaded; nothing where it is not there, or has been changed since. */
export async function kept(hash: string, file: string): Promise<string | undefined> {
  const path = join(cache(), hash, file)
  return existsSync(path) && await sha256(path) === hash ? path : undefined
}

/** Downloads a file and keeps it under the hash of what came, unless `accept` throws at that hash or at the number of tries. */
export async function keep(url: string, file: string, accept: (hash: string, tries: number) => void): Promise<Kept> {
  await mkdir(cache(), { recursive: true, mode: 0o700 })
  await removeAbandoned()
  const incoming = await mkdtemp(join(cache(), INCOMING))
  try {
    const tries = await download(url, join(incoming, file))
    const hash = await sha256(join(incoming, file))
    accept(hash, tries)
    await mkdir(join(cache(), hash), { recursive: true, mode: 0o700 })
    await rename(join(incoming, file), join(cache(), hash, file))
    return { path: join(cache(), hash, file), sha256: hash }
  } finally {
    await rm(incoming, { recursive: true, force: true })
  }
}

function cache(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'proven-platform', 'artifacts')
}

/** What killed downloads left, once no other run can be at it still. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(cache())) {
    const path = join(cache(), name)
    if (name.startsWith(INCOMING) && Date.now() - (await stat(path)).mtimeMs > DAY) await rm(path, { recursive: true, force: true })
  }
}
