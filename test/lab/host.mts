import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Containers } from './containers.mts'
import { execute, removeContainers, runHost } from './commands.mts'
import { isSet, settings, writeDotenv } from './dotenv.mts'
import { image } from './image.mts'
import { provide } from './k3s/release.mts'
import { bootOf, ready, type Console } from './ready.mts'
import { HOSTS, type Os } from './recipe.mts'
import { secretSettings } from './secrets.mts'
import { seed, type FirstContact } from './seed.mts'
import { CACHE, type Site } from './site.mts'
import { sshKey } from './ssh-key.mts'
import { fillVolumes, keepVolumes } from './volumes.mts'

/** Kept on the containers, so that a later process knows what it finds. */
export type Labels = Readonly<Record<string, string>>

export type Kind = { readonly os: Os, readonly firstContact: FirstContact }

/** The console that a provider gives: root on the host, whatever its network does. */
export function consoleOf(containers: Containers, site: Site): Console {
  return (script, ...values) => containers.attempt(execute(site.host.container, script, values))
}

/** A new host in the place of the one before, bare or as a snapshot kept it; the platform folder follows. */
export async function startHost(containers: Containers, site: Site, kind: Kind, labels: Labels, from?: string): Promise<void> {
  const recipe = HOSTS[kind.os]
  const key = await sshKey(site.platformDir)
  const packages = join(CACHE, 'apt', kind.os)
  await mkdir(packages, { recursive: true })
  const options = {
    image: from === undefined ? await image(containers, recipe) : snapshotImage(site, from),
    seed: await seed(site.platformDir, key.public, kind.firstContact, recipe.user),
    packages,
    labels: { ...labels, os: kind.os, 'first-contact': kind.firstContact },
  }
  await removeHost(containers, site)
  if (from !== undefined) await fillVolumes(containers, site, from)
  await containers.run(runHost(containers.engine, site, options))
  const exec = consoleOf(containers, site)
  await ready(exec, [site.host.ipv4, site.host.ipv6])
  await describe(site, kind, exec, key.path)
}

/** Reboots the host from within, and waits until it greets again. */
export async function rebootHost(containers: Containers, site: Site): Promise<void> {
  const exec = consoleOf(containers, site)
  const before = await bootOf(exec)
  await exec('systemctl reboot')
  await ready(exec, [site.host.ipv4, site.host.ipv6], before)
}

/** Keeps the host's files as an image that `startHost` can start from, and its volumes beside it, all of one moment. */
export async function keepHost(containers: Containers, site: Site, name: string): Promise<void> {
  await consoleOf(containers, site)('sync')
  // Under the same name it would stay behind without one; a host that runs from it keeps it.
  await containers.attempt(['rmi', snapshotImage(site, name)])
  await containers.run(['pause', site.host.container])
  try {
    await containers.run(['commit', site.host.container, snapshotImage(site, name)])
    await keepVolumes(containers, site, name)
  } finally {
    await containers.run(['unpause', site.host.container])
  }
}

async function removeHost(containers: Containers, site: Site): Promise<void> {
  await containers.attempt(removeContainers(containers.engine, [site.host.container]))
  for (const volume of Object.values(site.volumes)) await containers.attempt(['volume', 'rm', '--force', volume])
}

async function describe(site: Site, { os, firstContact }: Kind, exec: Console, keyPath: string): Promise<void> {
  const read = async (script: string) => (await exec(script)).stdout.trim()
  const hostKey = await read('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub | cut -d " " -f 2')
  const diskGb = Number(await read('df --output=size --block-size=1G / | tail -n 1'))
  const cgroups = await read('ls /sys/fs/cgroup/cgroup.controllers') === '' ? 'v1' : 'v2'
  const facts = { ipv4: site.host.ipv4, ipv6: site.host.ipv6, hostKey, firstContact, user: HOSTS[os].user, keyPath, diskGb, cgroups } as const
  // A rebuilt server has another identity, and its old one must not be held against it.
  if (!await isSet(site.platformDir, 'HOST_KEY', hostKey)) await rm(join(site.platformDir, 'known_hosts'), { force: true })
  await writeDotenv(site.platformDir, { ...settings(facts), ...await secretSettings(site.platformDir) })
  await provide(site.platformDir)
}

function snapshotImage(site: Site, name: string): string {
  return `localhost/${site.snapshots}:${name}`
}
