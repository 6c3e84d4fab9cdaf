import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** What every container, network, volume and image of the lab is called first. */
export const PREFIX = 'proven-lab'

/** The repository. */
export const ROOT = resolve(import.meta.dirname, '../..')

/** Finished images, downloaded packages and saved kernel settings outlive a lab here. */
export const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'proven-platform-lab')

/** The same after every reset, its network card's address too: a neighbour's cache must not outlive a host. */
export type Party = { readonly container: string, readonly ipv4: string, readonly ipv6: string, readonly mac: string }

/** The names and addresses of one lab: the operator is this machine, at the gateway's address. */
export type Site = {
  readonly number: number
  readonly network: string
  readonly subnets: readonly [ipv4: string, ipv6: string]
  readonly operator: { readonly ipv4: string, readonly ipv6: string }
  readonly host: Party
  readonly stranger: Party
  readonly git: Party
  /** By the path they are mounted at. */
  readonly volumes: Readonly<Record<string, string>>
  readonly snapshots: string
  /** `.env`, key and evidence of this lab. */
  readonly platformDir: string
}

/** The site of lab `number`, 0 for a person's own; several can exist at once. */
export function site(number: number): Site {
  if (!Number.isInteger(number) || number < 0 || number > 99) throw new RangeError(`a lab's number is 0 to 99, not ${number}`)
  const name = `${PREFIX}-${number}`
  const ipv4 = `10.89.${7 + number}`
  const ipv6 = `fd07:${hex(1 + number)}:`
  const party = (role: string, last: number): Party => ({
    container: `${name}-${role}`,
    ipv4: `${ipv4}.${last}`,
    ipv6: `${ipv6}:${last}`,
    mac: `02:00:0a:59:${hex(7 + number).padStart(2, '0')}:${last}`,
  })
  return {
    number,
    network: name,
    subnets: [`${ipv4}.0/24`, `${ipv6}:/64`],
    operator: { ipv4: `${ipv4}.1`, ipv6: `${ipv6}:1` },
    host: party('host', 10),
    stranger: party('stranger', 66),
    git: party('git', 20),
    // Kubernetes needs a real filesystem here: overlayfs does not stack on overlayfs.
    volumes: { '/var/lib/rancher': `${name}-rancher`, '/var/lib/kubelet': `${name}-kubelet` },
    snapshots: `${name}-snapshot`,
    platformDir: number === 0 ? join(ROOT, '.lab') : join(CACHE, name),
  }
}

function hex(number: number): string {
  return number.toString(16)
}
