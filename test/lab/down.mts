import { rm } from 'node:fs/promises'
import type { Containers } from './containers.mts'
import { image } from './image.mts'
import { restoreKernelSettings } from './kernel.mts'
import { clearLab, existing, forgetLab, labs, livingOwner } from './leftovers.mts'
import { STRANGER } from './recipe.mts'
import { say } from './terminal.mts'
import { CACHE } from './site.mts'

/** Removes one lab and what it kept; the last one to go puts this machine's kernel settings back. */
export async function takeDown(containers: Containers, number: number): Promise<void> {
  await clearLab(containers, number)
  await forgetLab(containers, number)
  if ((await existing(containers)).containers.length === 0) await restore(containers)
}

/** Removes every lab but those of runs that are still going, then the images, and with `cache` all that was kept. */
export async function takeAllDown(containers: Containers, cache: boolean): Promise<void> {
  const before = await existing(containers)
  for (const number of labs(before)) {
    const owner = await livingOwner(before, number)
    if (owner === undefined) await takeDown(containers, number)
    else say(`lab ${number} is left to process ${owner.split('-')[0]}, which still runs`)
  }
  const { containers: left, images } = await existing(containers)
  if (left.length > 0) return
  await restore(containers)
  if (images.length > 0) await containers.run(['rmi', '--force', ...images])
  if (cache) await rm(CACHE, { recursive: true, force: true })
}

async function restore(containers: Containers): Promise<void> {
  const stuck = await restoreKernelSettings(containers, () => image(containers, STRANGER))
  for (const line of stuck) say(`could not be put back: ${line}; a reboot of this machine does it`)
}
