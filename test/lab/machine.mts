import { $ } from 'zx'
import { badInput, Failure } from '../../lib/engine/failure.mts'
import { containers, usableEngine, type Containers } from './containers.mts'
import { INOTIFY_INSTANCES, settingsAreKept, SHARED, willRaiseInotify } from './kernel.mts'
import { missingTools } from './operator.mts'
import { preflight } from './preflight.mts'
import { agreed, say, step } from './terminal.mts'

// netavark drives iptables in one release and nftables in the next.
const PODMAN = ['podman', 'runc', 'netavark', 'aardvark-dns', 'catatonit', 'iptables', 'nftables', 'mmdebstrap', 'debian-archive-keyring', 'zstd']

let made: Promise<Containers> | undefined

/**
 * Gets this machine ready for a lab, once per process: looks, says what it will install or change, asks where
 * somebody can answer, and installs.
 */
export function readyMachine(): Promise<Containers> {
  made ??= makeReady()
  return made
}

async function makeReady(): Promise<Containers> {
  const engine = await usableEngine()
  const looks = await preflight(engine)
  const wrong = looks.filter(({ fix }) => fix !== undefined)
  for (const { what, found, fix } of wrong) say(`${what.padEnd(20)} ${found.padEnd(14)} ${fix}`)
  if (engine === undefined || wrong.length > 0) throw badInput('this machine cannot hold a lab yet', { next: 'the fixes above, then the same command' })
  const packages = [...(engine === 'podman' ? await missing(PODMAN) : []), ...await missingTools()]
  const changes = [
    ...(packages.length > 0 ? [`install      ${packages.join(' ')}`] : []),
    ...(await willRaiseInotify() ? [`set          fs.inotify.max_user_instances=${INOTIFY_INSTANCES}, until npm run lab -- down`] : []),
    ...(settingsAreKept() ? [] : [`share        ${SHARED.length} kernel settings with its host; down puts them back`]),
  ]
  if (changes.length > 0) {
    say('On this machine the lab will')
    for (const change of changes) say(`  ${change}`)
    if (!await agreed('Go on?')) throw badInput('nothing was changed')
  }
  if (packages.length > 0) await step(`installing ${packages.length} packages`, () => install(packages))
  return containers(engine)
}

async function missing(packages: readonly string[]): Promise<string[]> {
  if ((await $({ nothrow: true, quiet: true })`command -v dpkg-query`).exitCode !== 0) {
    throw badInput('this machine has neither a Docker engine nor apt', { next: 'start Docker, or use Debian or Ubuntu' })
  }
  const { stdout } = await $({ nothrow: true, quiet: true })`dpkg-query --show --showformat ${'${Package} ${db:Status-Abbrev}\n'} ${packages}`
  const installed = new Set(stdout.split('\n').filter(line => line.includes(' ii')).map(line => line.split(' ')[0]))
  return packages.filter(name => !installed.has(name))
}

async function install(packages: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = $({ env, nothrow: true, quiet: true })
  await apt`apt-get update`
  const { exitCode, stderr } = await apt`apt-get install --yes --no-install-recommends ${packages}`
  if (exitCode !== 0) throw new Failure('the lab\'s packages could not be installed', { command: `apt-get install ${packages.join(' ')}`, found: stderr.trim() })
}
