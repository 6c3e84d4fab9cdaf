import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadVersions, pinned, pins } from '../../../lib/host/versions.mts'
import { ROOT } from '../site.mts'
import { artifacts, finished, VERSIONS } from './artifacts.mts'
import { refuseWithoutTools } from './parts.mts'
import { isPinned, pin } from './versions.mts'

/** Whether K3s itself is to be had from here: its releases answer, and the repository's pins have their hashes. */
export async function genuine(): Promise<boolean> {
  try {
    pins(loadVersions(ROOT), 'k3s')
    return (await fetch('https://github.com/k3s-io/k3s/releases', { method: 'HEAD', signal: AbortSignal.timeout(3000) })).ok
  } catch {
    return false
  }
}

/**
 * Starts to build the stand-in where it will be needed; throws at once where that is not possible. `ready` waits for
 * it, and pins a platform to it.
 */
export async function prepare(standIn: boolean): Promise<{ ready(platformDir: string): Promise<void> }> {
  if (!standIn && await genuine()) return { ready: async () => undefined }
  if (await finished() === undefined) await refuseWithoutTools()
  const built = artifacts()
  // Told to whoever waits; nobody may be waiting yet.
  built.catch(() => undefined)
  return { ready: async platformDir => void (await built, await pin({ platformDir })) }
}

/** Gives a platform what is built already, of the stand-in and beside it; a version that it was pinned to stays, unless its files are gone. */
export async function provide(platformDir: string): Promise<void> {
  const there = await finished()
  if (there === undefined) return
  const chosen = existsSync(join(platformDir, 'versions.yaml')) ? pinned(platformDir, 'k3s') : VERSIONS.current
  const version = Object.values<string>(VERSIONS).includes(chosen) ? chosen : VERSIONS.current
  if (!await isPinned(platformDir, there.dir(version))) await pin({ platformDir }, version, chosen)
}
