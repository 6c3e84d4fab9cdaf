import type { Containers } from './containers.mts'
import { execute, runOnMachine } from './commands.mts'
import { image } from './image.mts'
import { STRANGER } from './recipe.mts'
import type { Site } from './site.mts'

/**
 * Cuts or mends the host's cable. The carrier goes and comes at this machine's end, so that the host keeps its
 * addresses and nobody is told: no RST, no FIN.
 */
export async function setLink(containers: Containers, site: Site, state: 'up' | 'down'): Promise<void> {
  const index = await containers.run(execute(site.host.container, 'cat /sys/class/net/eth0/iflink', []))
  const script = 'ip link set "$(ip -o link | sed -n "s/^$1: \\([^@:]*\\).*/\\1/p")" "$2"'
  await containers.run(runOnMachine(await image(containers, STRANGER), ['sh', '-c', script, 'sh', index, state]))
}
