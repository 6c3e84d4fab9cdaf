import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import type { FirstContact } from './seed.mts'

/** What the runbooks are told about the lab. */
export type Facts = {
  readonly ipv4: string
  readonly ipv6: string
  /** `SHA256:…`, read on the host's console. */
  readonly hostKey: string
  readonly firstContact: FirstContact
  /** The sudo user of the image. */
  readonly user: string
  readonly keyPath: string
  readonly diskGb: number
  /** Version of the control groups the host sees: the machine's. */
  readonly cgroups: 'v1' | 'v2'
}

/** The lab's settings under the names the runbooks know them by. */
export function settings({ ipv4, ipv6, hostKey, firstContact, user, keyPath, diskGb, cgroups }: Facts): Record<string, string> {
  const memoryGb = Math.floor(totalmem() / 2 ** 30)
  return {
    HOST: ipv4,
    HOST_IPV6: ipv6,
    HOST_KEY: hostKey,
    ADMIN_USER: firstContact === 'root' ? 'ops' : user,
    FIRST_USER: firstContact === 'root' ? 'root' : user,
    SSH_KEY: keyPath,
    ...(diskGb < 40 && { MIN_DISK_GB: String(diskGb) }),
    ...(memoryGb < 4 && { MIN_MEMORY_GB: String(memoryGb) }),
    ...(cgroups === 'v1' && { CGROUP_V1: 'yes' }),
    KUBECONFIG_FILE: 'kubeconfig',
    DISPOSABLE: 'yes',
    // A container cannot set the machine's clock, and the stand-in for K3s enforces no network policy.
    WAIVE: 'B18,K32',
  }
}

/** Whether the folder's `.env` says this already. */
export async function isSet(folder: string, key: string, value: string): Promise<boolean> {
  return (await current(folder)).split('\n').includes(`${key}=${value}`)
}

/** Writes `.env` where there is none; in one that exists only the lines that name this lab follow it. */
export async function writeDotenv(folder: string, wanted: Readonly<Record<string, string>>): Promise<void> {
  const before = await current(folder)
  const after = merged(before, wanted)
  if (after !== before) await writeFile(join(folder, '.env'), after, { mode: 0o600 })
}

/** The text with these settings in it: a line that sets one is replaced, a missing one is added, the rest is left alone. */
export function merged(text: string, wanted: Readonly<Record<string, string>>): string {
  const missing = { ...wanted }
  const lines = text.split('\n').map(line => {
    const [, key] = /^([A-Z0-9_]+)=/.exec(line) ?? []
    const value = key === undefined ? undefined : wanted[key]
    if (key === undefined || value === undefined) return line
    delete missing[key]
    return `${key}=${value}`
  })
  const added = Object.entries(missing).map(([key, value]) => `${key}=${value}`)
  const kept = lines.join('\n').trimEnd()
  return [...(kept === '' ? [] : [kept]), ...added, ''].join('\n')
}

async function current(folder: string): Promise<string> {
  const path = join(folder, '.env')
  return existsSync(path) ? readFile(path, 'utf8') : ''
}
