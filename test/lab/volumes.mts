import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { runBeside } from './commands.mts'
import type { Containers } from './containers.mts'
import { image } from './image.mts'
import { STRANGER } from './recipe.mts'
import { CACHE, type Site } from './site.mts'

// An image layer of a node is made of trusted attributes and device files.
const PACK = ['tar', '--xattrs', '--xattrs-include=*', '--numeric-owner', '--sparse', '-C', '/volume']

/** Where the snapshots of a lab keep what was in its volumes. */
export function volumesOf({ snapshots }: Site): string {
  return join(CACHE, snapshots)
}

/** Keeps the volumes under the name of a snapshot; the host has to stand still. */
export async function keepVolumes(containers: Containers, site: Site, name: string): Promise<void> {
  const place = join(volumesOf(site), name)
  await rm(place, { recursive: true, force: true })
  await mkdir(place, { recursive: true, mode: 0o700 })
  for (const volume of Object.values(site.volumes)) await beside(containers, volume, place, [...PACK, '-cf', `/place/${volume}.tar`, '.'])
}

/** Makes the volumes anew as a snapshot kept them. */
export async function fillVolumes(containers: Containers, site: Site, name: string): Promise<void> {
  for (const volume of Object.values(site.volumes)) await beside(containers, volume, join(volumesOf(site), name), [...PACK, '-xf', `/place/${volume}.tar`])
}

async function beside(containers: Containers, volume: string, place: string, words: readonly string[]): Promise<void> {
  await containers.run(runBeside(await image(containers, STRANGER), volume, place, words))
}
