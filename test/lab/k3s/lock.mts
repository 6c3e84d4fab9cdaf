import { readFile, rm, writeFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { alive, self } from '../owner.mts'

/** Does the work while no other process does its own under the same lock; one that a dead process left is taken. */
export async function alone<T>(lock: string, work: () => Promise<T>): Promise<T> {
  while (!await taken(lock)) {
    const owner = await readFile(lock, 'utf8').catch(() => '')
    if (owner !== '' && !await alive(owner)) await rm(lock, { force: true })
    else await setTimeout(500)
  }
  try {
    return await work()
  } finally {
    await rm(lock, { force: true })
  }
}

async function taken(lock: string): Promise<boolean> {
  return writeFile(lock, await self(), { flag: 'wx' }).then(() => true, () => false)
}
