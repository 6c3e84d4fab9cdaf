import type { Containers } from './containers.mts'
import { changedSettings } from './kernel.mts'
import { existing } from './leftovers.mts'
import { CACHE } from './site.mts'

/** Everything the lab has on this machine, a line each. */
export async function status(containers: Containers): Promise<string[]> {
  const found = await existing(containers)
  const rows = [
    ...found.containers.map(({ name, state, owner, os }) => ['container', `${name}  ${state}${os && `  ${os}`}${owner && `  of process ${owner.split('-')[0]}`}`]),
    ...found.networks.map(name => ['network', name]),
    ...found.volumes.map(name => ['volume', name]),
    ...found.images.map(name => ['image', name]),
    ...(await changedSettings()).map(([name, kept, now]) => ['kernel', `${name}=${now}, was ${kept}`]),
    ['cache', CACHE],
  ]
  return rows.map(([what = '', which = '']) => `${what.padEnd(10)} ${which}`)
}
