import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { $ } from 'zx'
import { loadConfig, type Config } from '../engine/config.mts'
import { badInput } from '../engine/failure.mts'
import { knownHosts } from './ssh-options.mts'
import type { Fact, State } from '../engine/claim.mts'
import type { Matcher } from '../engine/want.mts'

/**
 * The fingerprints of the server's pinned keys. The one the configuration names is pinned when the server offers it;
 * without a name the operator is shown what it offers and asked. A pinned key is never replaced.
 */
export function pinned(folder: string, ask: (question: string) => Promise<string | undefined>): State<string[]> {
  return {
    read: async () => {
      const { HOST, HOST_KEY } = loadConfig(folder)
      const found = read(knownHosts(folder)).filter(({ names }) => names.includes(HOST)).map(({ key }) => fingerprint(key))
      if (found.length > 0 && HOST_KEY !== undefined && !found.includes(HOST_KEY)) {
        throw badInput('the pinned host key is not the one that HOST_KEY names', { expected: HOST_KEY, found, next: `if the server was rebuilt: rm ${knownHosts(folder)}, and run this again` })
      }
      return found
    },
    want: somePinned,
    act: async () => {
      const config = loadConfig(folder)
      const offered = await scan(config)
      const key = offered.find(({ key }) => fingerprint(key) === config.HOST_KEY) ?? await confirmed(config, offered, ask)
      writeFileSync(knownHosts(folder), `${config.HOST} ${key.type} ${key.key}\n`, { flag: 'a' })
    },
  }
}

/** Whether the server offers a pinned key now; read over the network, before anything is sent. */
export function offered(folder: string): Fact<boolean> {
  return async () => {
    const config = loadConfig(folder)
    const pins = read(knownHosts(folder)).filter(({ names }) => names.includes(config.HOST)).map(({ key }) => key)
    return (await scan(config)).some(({ key }) => pins.includes(key))
  }
}

const somePinned: Matcher<string[]> = { wants: 'one at least', matches: found => found.length > 0 }

type Key = { readonly type: string, readonly key: string }

/** The SHA-256 fingerprint of a key in base64, as ssh-keygen prints it. */
export function fingerprint(key: string): string {
  return `SHA256:${createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '')}`
}

/** Parses known_hosts lines, as ssh-keyscan prints them too: names, type, key. */
export function parseKnownHosts(text: string): (Key & { readonly names: string[] })[] {
  return text.split('\n').flatMap(line => {
    const [names, type, key] = line.trim().split(/\s+/)
    return names && type && key && !names.startsWith('#') ? [{ names: names.split(','), type, key }] : []
  })
}

async function scan({ HOST, SSH_PORT }: Config): Promise<Key[]> {
  const { stdout } = await $({ quiet: true, nothrow: true, timeout: '15s' })`ssh-keyscan -T 8 -t ed25519 -p ${SSH_PORT} ${HOST}`
  const keys = parseKnownHosts(stdout)
  if (keys.length === 0) throw badInput(`${HOST} shows no ed25519 host key on port ${SSH_PORT}`, { next: 'is HOST right, and the server on? docs/incident.md#no-ssh' })
  return keys
}

async function confirmed({ HOST, HOST_KEY, SSH_PORT }: Config, offered: Key[], ask: (question: string) => Promise<string | undefined>): Promise<Key> {
  const [key] = offered
  if (key === undefined) throw badInput(`${HOST} shows no host key`)
  const found = fingerprint(key.key)
  if (HOST_KEY !== undefined) {
    throw badInput(`${HOST} does not show the key that HOST_KEY names: nothing was sent`, { expected: HOST_KEY, found, next: 'compare with the provider\'s console: another server, or somebody in between' })
  }
  const answer = await ask(`${HOST} shows the host key ${found}. Does the provider's console show the same? Type yes:`)
  if (answer === 'yes') return key
  throw badInput(`the host key of ${HOST} was not confirmed: nothing was sent`, {
    found, command: `ssh-keyscan -t ed25519 -p ${SSH_PORT} ${HOST} | ssh-keygen -lf -`, next: `once it is confirmed: HOST_KEY=${found} in .env`,
  })
}

function read(file: string): (Key & { readonly names: string[] })[] {
  try {
    return parseKnownHosts(readFileSync(file, 'utf8'))
  } catch {
    return []
  }
}
