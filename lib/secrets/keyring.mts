import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { homedir, platform } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Decrypter, type Identity } from 'age-encryption'
import { badInput } from '../engine/failure.mts'
import { Secret } from './secret.mts'
import { shellWords } from './shell-words.mts'
import { sshIdentity } from './ssh-identity.mts'

type Env = Record<string, string | undefined>
type Reader = (text: string) => (Secret | Identity)[]

/** A place that is asked for each recipient: the command, and how its output is read. */
type Command = { place: string; line: string; read: Reader }

/** The identities of every place SOPS looks in, the commands to ask, what was wrong with a place, and the places that hold none. */
export type Keyring = { identities: (Secret | Identity)[]; commands: Command[]; problems: string[]; unused: string[] }

/** Reads every place in which SOPS 3.13 looks for identities; one bad place does not stop the others. */
export async function findKeyring(env: Env = process.env): Promise<Keyring> {
  const keyring = keyringOf()
  const take = (place: string, text: string | undefined, read: Reader): void => {
    if (text === undefined) keyring.unused.push(place)
    else attempt(keyring, place, () => keyring.identities.push(...read(text)))
  }
  const home = env.HOME ?? homedir()
  const files: [string, string | undefined, Reader][] = [
    ['SOPS_AGE_SSH_PRIVATE_KEY_FILE', env.SOPS_AGE_SSH_PRIVATE_KEY_FILE, readSsh],
    ['SOPS_AGE_KEY_FILE', env.SOPS_AGE_KEY_FILE, parseIdentities],
  ]
  const commands: [string, string | undefined, Reader][] = [
    ['SOPS_AGE_SSH_PRIVATE_KEY_CMD', env.SOPS_AGE_SSH_PRIVATE_KEY_CMD, readSsh],
    ['SOPS_AGE_KEY_CMD', env.SOPS_AGE_KEY_CMD, parseIdentities],
  ]
  take('SOPS_AGE_KEY', env.SOPS_AGE_KEY?.replace(/^(?!#).*$/gm, (line) => line.trim().split(/\s+/).join('\n')), parseIdentities)
  for (const [place, path, read] of files) {
    const text = path === undefined ? undefined : await readFile(path, 'utf8').catch(() => null)
    if (text === null) keyring.problems.push(`failed to open ${place} file: open ${path}: no such file, or not readable`)
    else take(place, text, read)
  }
  for (const [place, line, read] of commands) {
    if (line === undefined) keyring.unused.push(place)
    else keyring.commands.push({ place, line, read })
  }
  for (const name of ['id_ed25519', 'id_rsa']) {
    const path = join(home, '.ssh', name)
    take(path, await readFile(path, 'utf8').catch(() => undefined), readSsh)
  }
  take(identityPath(env), await readFile(identityPath(env), 'utf8').catch(() => undefined), parseIdentities)
  return keyring
}

/** A keyring of exactly these identities: the recovery key that was typed, a test's own. */
export function keyringOf(...identities: Secret[]): Keyring {
  return { identities, commands: [], problems: [], unused: [] }
}

/** The identities to try on a recipient's copy of the data key; the commands are asked for each recipient. */
export async function identitiesFor(keyring: Keyring, recipient: string): Promise<(string | Identity)[]> {
  const found = [...keyring.identities]
  for (const { place, line, read } of keyring.commands) {
    const [program = '', ...args] = shellWords(line)
    const env = { ...process.env, SOPS_AGE_RECIPIENT: recipient }
    // What the command printed may be half a key: it is not repeated.
    const ended = await promisify(execFile)(program, args, { env }).catch(() => undefined)
    if (ended) attempt(keyring, place, () => found.push(...read(ended.stdout)))
    else keyring.problems.push(`${place}: the command failed`)
  }
  return found.map((identity) => (identity instanceof Secret ? identity.reveal() : identity))
}

/** Where SOPS looks for the user's identities: `sops/age/keys.txt` in the user's configuration folder. */
export function identityPath(env: Env = process.env): string {
  const home = env.HOME ?? homedir()
  const base = env.XDG_CONFIG_HOME || (platform() === 'darwin' ? join(home, 'Library/Application Support') : join(home, '.config'))
  return join(base, 'sops/age/keys.txt')
}

/** The identities of a key file: one a line, empty lines and `#` comments skipped; any other line spoils the file. */
export function parseIdentities(text: string): Secret[] {
  if (/^(age-encryption\.org\/v1|-----BEGIN AGE ENCRYPTED FILE)/.test(text)) {
    throw badInput('the key file is itself encrypted with a passphrase', { next: 'SOPS_AGE_KEY_CMD="age -d FILE"' })
  }
  const lines = text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'))
  return lines.map((line, index) => {
    if (line.startsWith('AGE-PLUGIN-')) throw badInput('age plugins are not supported; use an AGE-SECRET-KEY-1… identity')
    if (!/^AGE-SECRET-KEY-(PQ-)?1/.test(line)) throw badInput(`unknown identity type in line ${index + 1} of the keys`)
    try {
      new Decrypter().addIdentity(line)
    } catch {
      throw badInput(`malformed secret key in line ${index + 1} of the keys`)
    }
    return new Secret(line)
  })
}

function readSsh(text: string): Identity[] {
  return [sshIdentity(text)]
}

function attempt(keyring: Keyring, place: string, work: () => void): void {
  try {
    work()
  } catch (thrown) {
    keyring.problems.push(`${place}: ${(thrown as Error).message}`)
  }
}
