import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Mirrors } from './mirrors.mts'

/** What a tree is made of, and from where. */
export type Recipe = {
  readonly name: string
  /** The image a registry would give. */
  readonly base: string
  /** The Debian suite a tree can be made of without a registry. */
  readonly suite?: string
  readonly packages: readonly string[]
  readonly role: 'host' | 'stranger' | 'git'
}

export type Os = 'debian-12' | 'debian-13' | 'ubuntu-24.04'

/** A server, and the sudo user its image comes with. */
export type HostRecipe = Recipe & { readonly name: Os, readonly user: string }

// What a cloud image has, and rpcbind: a service that listens on every address, TCP and UDP, in both families.
const CLOUD = [
  'systemd', 'systemd-sysv', 'systemd-timesyncd', 'libpam-systemd', 'dbus', 'openssh-server', 'sudo', 'cron', 'cloud-init', 'curl',
  'ca-certificates', 'iproute2', 'iputils-ping', 'procps', 'kmod', 'python3', 'less', 'vim-tiny', 'rpcbind',
]

/** The servers a lab can be. */
export const HOSTS: Readonly<Record<Os, HostRecipe>> = {
  'debian-12': { name: 'debian-12', base: 'docker.io/library/debian:12', suite: 'bookworm', packages: CLOUD, role: 'host', user: 'debian' },
  'debian-13': { name: 'debian-13', base: 'docker.io/library/debian:13', suite: 'trixie', packages: CLOUD, role: 'host', user: 'debian' },
  'ubuntu-24.04': { name: 'ubuntu-24.04', base: 'docker.io/library/ubuntu:24.04', packages: CLOUD, role: 'host', user: 'ubuntu' },
}

/** The machine of somebody who has no business here. hping3 speaks no IPv6; scapy does. */
export const STRANGER: Recipe = {
  name: 'stranger',
  base: 'docker.io/library/debian:13',
  suite: 'trixie',
  role: 'stranger',
  packages: [
    'nmap', 'hping3', 'python3-scapy', 'ssh-audit', 'openssh-client', 'sshpass', 'netcat-openbsd', 'curl', 'ca-certificates',
    'iproute2', 'iputils-ping', 'procps', 'tcpdump',
  ],
}

/** The Git server of a platform: one account, and nobody gets a shell. */
export const GIT: Recipe = { name: 'git', base: 'docker.io/library/debian:13', suite: 'trixie', role: 'git', packages: ['openssh-server', 'git'] }

/** The files laid over a tree and the script that finishes it. */
export const IMAGE_FILES = join(import.meta.dirname, 'image')

/** Twelve hexadecimal digits that change with anything the image is made of. */
export async function recipeKey(recipe: Recipe, mirrors: Mirrors | undefined): Promise<string> {
  const entries = await readdir(IMAGE_FILES, { recursive: true, withFileTypes: true })
  const paths = entries.filter(entry => entry.isFile()).map(entry => relative(IMAGE_FILES, join(entry.parentPath, entry.name))).sort()
  const hash = createHash('sha256').update(JSON.stringify([recipe, mirrors]))
  // A file of another role is not in it.
  for (const path of paths.filter(path => !path.includes('/') || path.startsWith(`${recipe.role}/`))) hash.update(path).update(await readFile(join(IMAGE_FILES, path)))
  return hash.digest('hex').slice(0, 12)
}
