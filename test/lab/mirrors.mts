import { readFile } from 'node:fs/promises'
import { $ } from 'zx'

/** Where Debian's packages come from: a suite and its updates from one archive, its security updates from another. */
export type Mirrors = { readonly archive: string, readonly security: string }

let known: Promise<Mirrors | undefined> | undefined

/**
 * The mirror that `DEBIAN_MIRROR` names, with its security archive beside it, or those that this machine's own apt
 * uses, found once per process; undefined on a machine that has neither.
 */
export function mirrors(): Promise<Mirrors | undefined> {
  known ??= findMirrors()
  return known
}

/** Debian's own archives among apt's sources, each line `origin|label|URI`; undefined unless both are there. */
export function mirrorsAmong(sources: string): Mirrors | undefined {
  const rows = sources.split('\n').map(line => line.split('|'))
  const labelled = (wanted: string) => rows.find(([origin, label]) => origin === 'Debian' && label === wanted)?.[2]?.replace(/\/$/, '')
  const [archive, security] = [labelled('Debian'), labelled('Debian-Security')]
  return archive === undefined || security === undefined ? undefined : { archive, security }
}

/** The address itself, or the first one of the list that a cloud image's apt takes its mirrors from. */
export async function addressOf(uri: string): Promise<string> {
  const [, list] = /^mirror\+file:(?:\/\/)?(\/.*)$/.exec(uri) ?? []
  if (list === undefined) return uri
  const [address = ''] = /\bhttps?:\S+/.exec(await readFile(list, 'utf8')) ?? []
  return address.replace(/\/$/, '')
}

async function findMirrors(): Promise<Mirrors | undefined> {
  const named = process.env.DEBIAN_MIRROR?.replace(/\/$/, '')
  if (named) return { archive: named, security: `${named}-security` }
  const found = mirrorsAmong(await sources() || await fetchedSources())
  return found && { archive: await addressOf(found.archive), security: await addressOf(found.security) }
}

async function sources(): Promise<string> {
  const format = '$(ORIGIN)|$(LABEL)|$(REPO_URI)'
  return (await $({ nothrow: true, quiet: true })`apt-get indextargets --format ${format} ${'Created-By: Packages'}`).stdout.trim()
}

// Who is behind a source is known once its lists were fetched, and a fresh machine has none.
async function fetchedSources(): Promise<string> {
  await $({ nothrow: true, quiet: true })`apt-get update`
  return sources()
}
