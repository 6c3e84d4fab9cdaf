import { rm } from 'node:fs/promises'
import { Failure } from '../../lib/engine/failure.mts'
import type { Containers } from './containers.mts'
import { listContainers, removeContainers } from './commands.mts'
import type { Kind } from './host.mts'
import { alive } from './owner.mts'
import type { Os } from './recipe.mts'
import type { FirstContact } from './seed.mts'
import { PREFIX, site } from './site.mts'
import { volumesOf } from './volumes.mts'

export type Existing = {
  readonly containers: ({ readonly name: string, readonly lab: number, readonly owner: string, readonly state: string } & Kind)[]
  readonly networks: string[]
  readonly volumes: string[]
  readonly images: string[]
}

/** Everything that carries the lab's prefix. */
export async function existing({ engine, run }: Containers): Promise<Existing> {
  const rows = lines(await run(listContainers(engine, ['lab', 'owner', 'os', 'first-contact'])))
  return {
    containers: rows.map(row => {
      const [name = '', state = '', lab = '', owner = '', os = '', firstContact = ''] = row.split('|')
      return { name, state, lab: Number(lab), owner, os: os as Os, firstContact: firstContact as FirstContact }
    }),
    networks: lines(await run(['network', 'ls', '--format', '{{.Name}}'])).filter(ours),
    volumes: lines(await run(['volume', 'ls', '--format', '{{.Name}}'])).filter(ours),
    images: lines(await run(['images', '--format', '{{.Repository}}:{{.Tag}}'])).filter(ours),
  }
}

/** The numbers of the labs that have left anything here. */
export function labs({ containers, networks, volumes, images }: Existing): number[] {
  const names = [...containers.map(({ name }) => name), ...networks, ...volumes, ...images]
  const numbers = names.flatMap(name => new RegExp(`^(?:localhost/)?${PREFIX}-(\\d+)\\b`).exec(name)?.[1] ?? [])
  return [...new Set(numbers.map(Number))].sort((a, b) => a - b)
}

/** The process that a lab belongs to and that still runs. */
export async function livingOwner({ containers }: Existing, number: number): Promise<string | undefined> {
  const owner = containers.find(({ lab, owner }) => lab === number && owner !== '')?.owner
  return owner !== undefined && await alive(owner) ? owner : undefined
}

/** Removes what one lab runs on: containers, volumes and network. Another run may be removing the same; what counts is that it is gone. */
export async function clearLab(containers: Containers, number: number): Promise<void> {
  const { network } = site(number)
  const found = await runsOn(containers, number)
  if (found.containers.length > 0) await containers.attempt(removeContainers(containers.engine, found.containers))
  for (const volume of found.volumes) await containers.attempt(['volume', 'rm', '--force', volume])
  if (found.networks.length > 0) await containers.attempt(['network', 'rm', network])
  const left = Object.values(await runsOn(containers, number)).flat()
  if (left.length > 0) throw new Failure(`${left.join(', ')} could not be removed`, { next: `${containers.engine} ps --all` })
}

async function runsOn(containers: Containers, number: number): Promise<Record<'containers' | 'volumes' | 'networks', string[]>> {
  const { network } = site(number)
  const found = await existing(containers)
  return {
    containers: found.containers.filter(({ lab }) => lab === number).map(({ name }) => name),
    volumes: found.volumes.filter(volume => volume.startsWith(`${network}-`)),
    networks: found.networks.filter(name => name === network),
  }
}

/** Removes what outlives a lab's containers: the images kept of its host, and a test lab's platform folder. */
export async function forgetLab(containers: Containers, number: number): Promise<void> {
  const { snapshots, platformDir } = site(number)
  await rm(volumesOf(site(number)), { recursive: true, force: true })
  const kept = (await existing(containers)).images.filter(name => name.startsWith(`localhost/${snapshots}:`))
  if (kept.length > 0) await containers.attempt(['rmi', '--force', ...kept])
  if (number > 0) await rm(platformDir, { recursive: true, force: true })
}

/** Removes the labs of runs that were killed; one without an owner is a person's, and stays. */
export async function removeAbandoned(containers: Containers): Promise<void> {
  const found = await existing(containers)
  for (const number of labs(found)) {
    const owned = found.containers.some(({ lab, owner }) => lab === number && owner !== '')
    if (!owned || await livingOwner(found, number)) continue
    await clearLab(containers, number)
    await forgetLab(containers, number)
  }
}

function ours(name: string): boolean {
  return name.replace('localhost/', '').startsWith(`${PREFIX}-`)
}

function lines(text: string): string[] {
  return text.split('\n').filter(line => line !== '')
}
