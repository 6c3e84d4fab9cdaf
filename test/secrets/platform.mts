import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newIdentity } from '../../lib/secrets/identity.mts'
import { files } from '../../lib/secrets/concerns.mts'
import { identity } from '../../lib/secrets/operator.mts'
import { rule } from '../../lib/secrets/recovery.mts'
import { folder } from '../folder.mts'
import type { Secret } from '../../lib/secrets/secret.mts'

/** Nobody can be asked. */
export const nobody = async () => undefined

/** Tells SOPS of this platform's key: many tests share a process, so each suite says whose it means. */
export function useKey(place: string): void {
  process.env.SOPS_AGE_KEY_FILE = join(place, 'age', 'keys.txt')
}

/** A platform's folder with its configuration, where SOPS is told to look for the age key. */
export async function barePlatform(): Promise<{ place: string, recovery: Secret }> {
  const place = folder()
  const { identity: recovery, recipient } = await newIdentity()
  mkdirSync(join(place, 'age'))
  useKey(place)
  writeFileSync(join(place, 'id'), '', { mode: 0o600 })
  writeFileSync(join(place, 'id.pub'), 'ssh-ed25519 AAAA me\n')
  writeFileSync(join(place, '.env'), `HOST=192.0.2.10\nSSH_KEY=id\nRECOVERY_RECIPIENT=${recipient}\n`, { mode: 0o600 })
  return { place, recovery }
}

/** The same, prepared: both keys, the rule, and a file for each concern. */
export async function platform(): Promise<{ place: string, recovery: Secret }> {
  const bare = await barePlatform()
  await identity().act(undefined)
  await rule(bare.place, nobody).act(undefined)
  await files(bare.place, nobody).act([])
  return bare
}
