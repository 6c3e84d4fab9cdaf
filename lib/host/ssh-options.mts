import { statSync } from 'node:fs'
import { join } from 'node:path'
import { badInput } from '../engine/failure.mts'
import type { Config } from '../engine/config.mts'

/** The file with the server's pinned host key, in the platform's folder; 00-prepare writes it. */
export function knownHosts(folder: string): string {
  return join(folder, 'known_hosts')
}

/** Options every connection has: nobody is asked, nothing is learned on the way, a dead link is noticed in seconds. */
export function sshOptions(config: Config, folder: string): string[] {
  return [
    '-F', 'none', '-i', config.SSH_KEY, '-p', String(config.SSH_PORT),
    ...[
      'BatchMode=yes', 'IdentitiesOnly=yes', 'ConnectTimeout=10', 'ServerAliveInterval=3', 'ServerAliveCountMax=2',
      'StrictHostKeyChecking=yes', `HostKeyAlias=${config.HOST}`, 'UpdateHostKeys=no',
      `UserKnownHostsFile="${knownHosts(folder)}"`, 'GlobalKnownHostsFile=/dev/null',
    ].flatMap(option => ['-o', option]),
  ]
}

/** Refuses what ssh itself would only mumble about: a key that is absent or that others can read; the setting that names it is said. */
export function checkKey({ SSH_KEY: key }: Pick<Config, 'SSH_KEY'>, setting = 'SSH_KEY'): void {
  const mode = statSync(key, { throwIfNoEntry: false })?.mode
  if (mode === undefined) throw badInput(`there is no key at ${key}`, { next: `ssh-keygen -t ed25519 -f ${key}, or set ${setting} in .env` })
  if (mode & 0o077) {
    throw badInput('the private key can be read by others, so ssh will not use it', {
      expected: '0600', found: (mode & 0o777).toString(8).padStart(4, '0'), next: `chmod 600 ${key}`,
    })
  }
}
