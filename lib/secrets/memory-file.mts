import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { badInput } from '../engine/failure.mts'

// The magic numbers of tmpfs and ramfs, from statfs(2).
const IN_MEMORY = [0x01021994, 0x858458f6]
const PREFIX = 'platform-secret-'

/** A file that exists in memory only, in a folder that no other user can open; `remove` leaves nothing of it. */
export type MemoryFile = { folder: string; path: string; remove(): void }

/** Puts a text into a 0600 file on memory-backed storage; throws where there is none, for a disk keeps what is deleted. */
export function memoryFile(name: string, text: string, places = memoryPlaces()): MemoryFile {
  const place = places.find(isInMemory)
  if (place === undefined) {
    throw badInput('there is no memory-backed folder here to edit in, and a disk would keep the clear text', {
      expected: places.join(' or '),
      next: 'npm run secrets -- set FILE KEY takes one value on stdin; or edit on a Linux machine',
    })
  }
  sweep(place)
  const folder = join(place, `${PREFIX}${process.pid}-${randomBytes(6).toString('hex')}`)
  mkdirSync(folder, { mode: 0o700 })
  const path = join(folder, name)
  writeFileSync(path, text, { mode: 0o600, flag: 'wx' })
  return { folder, path, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Where Linux keeps files in memory, the user's own folder first. */
export function memoryPlaces(env: Record<string, string | undefined> = process.env): string[] {
  return [env.XDG_RUNTIME_DIR, `/run/user/${process.getuid?.() ?? 0}`, '/dev/shm'].flatMap((place) => place || [])
}

function isInMemory(place: string): boolean {
  return existsSync(place) && IN_MEMORY.includes(statfsSync(place).type)
}

/** Removes what a killed edit left behind: nothing else could run after a SIGKILL. */
function sweep(place: string): void {
  for (const name of readdirSync(place)) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1]
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(place, name), { recursive: true, force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM'
  }
}
