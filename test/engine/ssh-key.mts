import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** A key pair made for this test alone; the path of its private half. */
export function sshKey(path: string, passphrase = ''): string {
  if (!existsSync(path)) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', 'operator', '-f', path])
  return path
}
