import { existsSync } from 'node:fs'
import { chmod, lstat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { loadConfig } from '../engine/config.mts'
import { createIdentity, recipientsOf } from './identity.mts'
import { identityPath } from './keyring.mts'
import type { State } from '../engine/claim.mts'
import type { Matcher } from '../engine/want.mts'

const some: Matcher<string[]> = { wants: 'one at least', matches: (found) => found.length > 0 }

/** The recipients of the operator's own age key, where SOPS looks for it; one that is there is left alone. */
export function identity(): State<string[]> {
  return {
    read: async () => (existsSync(keyFile()) ? recipientsOf(keyFile()) : []),
    want: some,
    act: async () => void (await createIdentity(keyFile())),
  }
}

/** The modes of the files that are nobody else's business: the settings, the age key, the SSH key. */
export function modes(folder: string): State<Record<string, string>> {
  const files = () => [join(folder, '.env'), keyFile(), loadConfig(folder).SSH_KEY].filter((path) => existsSync(path))
  const shut: Matcher<Record<string, string>> = { wants: '0600 each', matches: (found) => Object.values(found).every((mode) => /^0[0-7]00$/.test(mode)) }
  return {
    read: async () => Object.fromEntries(await Promise.all(files().map(async (path) => [basename(path), modeOf((await lstat(path)).mode)]))),
    want: shut,
    act: async () => {
      for (const path of files()) await chmod(path, 0o600)
    },
  }
}

/** The file with the operator's identity: the one SOPS is told of, else its usual place. */
export function keyFile(): string {
  return process.env.SOPS_AGE_KEY_FILE || identityPath()
}

function modeOf(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, '0')
}
