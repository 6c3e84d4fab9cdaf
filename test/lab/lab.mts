import { badInput, Failure } from '../../lib/engine/failure.mts'
import { createNetwork, runStranger } from './commands.mts'
import type { Answer, Containers } from './containers.mts'
import { takeDown } from './down.mts'
import { gitServer, keepGit, startGit, type GitServer } from './git-server.mts'
import { consoleOf, keepHost, rebootHost, startHost, type Kind, type Labels } from './host.mts'
import { image } from './image.mts'
import { clearLab, existing, livingOwner, removeAbandoned } from './leftovers.mts'
import { prepareKernel } from './kernel.mts'
import { setLink } from './link.mts'
import { readyMachine } from './machine.mts'
import { self } from './owner.mts'
import { ready } from './ready.mts'
import { GIT, HOSTS, STRANGER, type Os } from './recipe.mts'
import type { FirstContact } from './seed.mts'
import { site, type Site } from './site.mts'
import { stranger, type Stranger } from './stranger.mts'
import { step } from './terminal.mts'

export type BootOptions = Kind & {
  /** 0 is a person's own lab; a test takes another. */
  readonly number: number
  /** A snapshot of this lab to start from, instead of the bare host. */
  readonly from?: string
  /** The lab outlives this process; otherwise the next run removes it. */
  readonly keep?: boolean
}

/** A throwaway VPS, a stranger, a Git server, and the operator: four parties, four addresses. */
export type Lab = {
  readonly name: 'lab-vps'
  readonly os: Os
  readonly firstContact: FirstContact
  readonly ipv4: string
  readonly ipv6: string
  /** Who the provider let in: the sudo user, or root. */
  readonly user: string
  /** Everyone's names and addresses. */
  readonly site: Site
  /** `.env`, key, seed and evidence of this lab; `PLATFORM_DIR` of the runbooks. */
  readonly platformDir: string
  readonly stranger: Stranger
  readonly git: GitServer
  /** The provider's console: constant shell text as root, values as `$1`, `$2` …; works without a network. */
  exec(script: string, ...values: string[]): Promise<Answer>
  /** Reboots the host from within and waits until sshd greets. */
  reboot(): Promise<void>
  /** Throws the host and the Git server away for new ones, bare or as a snapshot kept them. */
  reset(options?: { readonly from?: string }): Promise<void>
  /** Keeps the host's files, and the repositories, under a name. */
  snapshot(name: string): Promise<void>
  /** Pulls the host's cable: both sides hear nothing, and are told nothing. Up again, sshd greets when it resolves. */
  linkDown(): Promise<void>
  linkUp(): Promise<void>
  down(): Promise<void>
}

/** Boots a lab in the place of an earlier one with this number; resolves when sshd greets. */
export async function boot({ number, os, firstContact, from, keep = false }: BootOptions): Promise<Lab> {
  const containers = await readyMachine()
  await removeAbandoned(containers)
  await refuseOthers(containers, number)
  await prepareKernel()
  const [, other] = await step(`images of ${os}, the stranger and the Git server`, () => Promise.all([image(containers, HOSTS[os]), image(containers, STRANGER), image(containers, GIT)]))
  const place = site(number)
  const labels: Labels = keep ? {} : { owner: await self() }
  await step(`booting ${os}`, async () => {
    await clearLab(containers, number)
    await containers.run(createNetwork(place))
    await containers.run(runStranger(containers.engine, place, other, labels))
    await startGit(containers, place, labels, from)
    await startHost(containers, place, { os, firstContact }, labels, from)
  })
  return lab(containers, place, { os, firstContact }, labels)
}

/** The lab that runs already under this number. Throws when there is none. */
export async function attach(number: number): Promise<Lab> {
  const containers = await readyMachine()
  const host = (await existing(containers)).containers.find(({ name }) => name === site(number).host.container)
  if (host === undefined) throw badInput('no lab is up', { next: 'npm run lab -- up' })
  return lab(containers, site(number), { os: host.os, firstContact: host.firstContact }, host.owner === '' ? {} : { owner: host.owner })
}

function lab(containers: Containers, place: Site, kind: Kind, labels: Labels): Lab {
  return {
    ...kind,
    name: 'lab-vps',
    ipv4: place.host.ipv4,
    ipv6: place.host.ipv6,
    user: kind.firstContact === 'root' ? 'root' : HOSTS[kind.os].user,
    site: place,
    platformDir: place.platformDir,
    stranger: stranger(containers, place),
    git: gitServer(containers, place),
    exec: consoleOf(containers, place),
    reboot: () => rebootHost(containers, place),
    reset: async ({ from } = {}) => {
      await startGit(containers, place, labels, from)
      await startHost(containers, place, kind, labels, from)
    },
    snapshot: async name => {
      await keepHost(containers, place, name)
      await keepGit(containers, place, name)
    },
    linkDown: () => setLink(containers, place, 'down'),
    linkUp: async () => {
      await setLink(containers, place, 'up')
      await ready(consoleOf(containers, place), [place.host.ipv4, place.host.ipv6])
    },
    down: () => takeDown(containers, place.number),
  }
}

async function refuseOthers(containers: Containers, number: number): Promise<void> {
  const owner = await livingOwner(await existing(containers), number)
  if (owner === undefined || owner === await self()) return
  throw new Failure(`lab ${number} belongs to a run that is still going`, { found: `process ${owner.split('-')[0]}` }, 'locked')
}
