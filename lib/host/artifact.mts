import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { badInput, Failure, type Details } from '../engine/failure.mts'
import { keep, kept } from './artifact-cache.mts'
import { parseChecksums } from './checksums.mts'
import { inTries } from './download.mts'
import { lines } from './lines.mts'
import { STATE_FOLDER } from './machine.mts'
import { sha256 } from './sha256.mts'
import { loadVersions, pinned, pins, type Pin } from './versions.mts'
import type { Config } from '../engine/config.mts'
import type { Fact, State } from '../engine/claim.mts'
import type { Matcher } from '../engine/want.mts'
import type { Host } from './host.mts'

/** Where the host keeps the verified files of each version, for installing and for going back. */
export const ARTIFACTS_FOLDER = `${STATE_FOLDER}/artifacts`

const CHECKSUMS = 'sha256sum-amd64.txt'
const PROGRAMS = ['k3s', 'install.sh']
const OLDER_VERSIONS = 2

type Found = { readonly path: string, readonly where: string }

/** Where each file of a component was found with the pinned bytes: `ARTIFACTS/<file>`, the host of its address, or kept from there. */
export function available(config: Config, folder: string, component: string): Fact<Record<string, string>> {
  return async () => {
    const found: Record<string, string> = {}
    for (const pin of pins(loadVersions(folder), component)) found[pin.file] = (await find(pin, config)).where
    return found
  }
}

/** Holds when each file that is pinned was found somewhere. */
export function all(folder: string, component: string): Matcher<Record<string, string>> {
  return { wants: 'every file that is pinned', matches: found => pins(loadVersions(folder), component).every(({ file }) => found[file] !== undefined) }
}

/** The path of the file on this machine, its bytes verified just now; downloaded where it is neither in `ARTIFACTS` nor kept. */
export async function local(pin: Pin, config: Config): Promise<string> {
  return (await find(pin, config)).path
}

/** The folder on the host with the files of the pinned version. */
export function hostFolder(folder: string, component: string): string {
  return join(ARTIFACTS_FOLDER, component, pinned(folder, component))
}

const READ = `
cd "$1" 2>/dev/null || exit 0
shift
for file in "$@"; do
  [ ! -f "$file" ] || printf '%s %s %s\\n' "$(sha256sum < "$file" | cut -d ' ' -f 1)" "$(stat -c '%U %a' "$file")" "$file"
done
`

const TIDY = `
set -eu
cd "$1"
touch "$2"
ls -1t | grep -vxF "$2" | tail -n "+$(($3 + 1))" | while IFS= read -r old; do rm -rf "./$old"; done
`

/** A component's files on the host, each as its sha256, owner and mode; the two versions used last stay beside them. */
export function onHost(host: Host, config: Config, folder: string, component: string): State<Record<string, string>> {
  const place = () => hostFolder(folder, component)
  const files = () => pins(loadVersions(folder), component)
  return {
    read: async () => parseFiles(await host.read(READ, [place(), ...files().map(({ file }) => file)], { within: '5m' }), files()),
    // Only when it is asked for: the claims of a runbook can be listed before there are hashes.
    get want() {
      return Object.fromEntries(files().map(pin => [pin.file, held(pin)]))
    },
    async act(found = {}) {
      for (const pin of files()) {
        if (found[pin.file] !== held(pin)) await host.upload(await local(pin, config), join(place(), pin.file), { mode: `0${mode(pin)}` })
      }
      await host.write(TIDY, [dirname(place()), basename(place()), String(OLDER_VERSIONS)])
    },
  }
}

/** Parses lines of `sha256 owner mode file`; a file without a line is absent. */
export function parseFiles(text: string, files: readonly { readonly file: string }[]): Record<string, string> {
  const there = new Map(lines(text).map(line => /^(\S+ \S+ \S+) (.+)$/.exec(line) ?? []).map(([, what = '', file = '']) => [file, what]))
  return Object.fromEntries(files.map(({ file }) => [file, there.get(file) ?? 'absent']))
}

function held(pin: Pin): string {
  return `${pin.sha256} root ${mode(pin)}`
}

function mode({ file }: Pin): string {
  return PROGRAMS.includes(file) ? '755' : '600'
}

async function find(pin: Pin, { ARTIFACTS }: Config): Promise<Found> {
  if (ARTIFACTS !== undefined && !existsSync(ARTIFACTS)) throw badInput(`ARTIFACTS names ${ARTIFACTS}, and there is no such folder`, { next: 'correct it in .env' })
  if (ARTIFACTS !== undefined && existsSync(join(ARTIFACTS, pin.file))) return { path: await fromFolder(pin, ARTIFACTS), where: `ARTIFACTS/${pin.file}` }
  const { host } = new URL(pin.url)
  const path = await kept(pin.sha256, pin.file)
  if (path !== undefined) return { path, where: `kept from ${host}` }
  const { path: fresh } = await keep(pin.url, pin.file, (found, tries) => {
    if (found !== pin.sha256) throw other(pin, found, pin.url, { waited: inTries(tries), next: `npm run pins -- --check ${pin.component} says whether it is so on another line as well` })
  })
  return { path: fresh, where: host }
}

/** The file of an air-gap folder; where that has the makers' list of hashes, all three have to agree. */
async function fromFolder(pin: Pin, folder: string): Promise<string> {
  const path = join(folder, pin.file)
  const found = await sha256(path)
  const next = `put ${pin.file} of ${pin.component} ${pin.version} there, or take it away: then it is downloaded`
  if (found !== pin.sha256) throw other(pin, found, path, { next })
  const listed = existsSync(join(folder, CHECKSUMS)) ? parseChecksums(readFileSync(join(folder, CHECKSUMS), 'utf8'))[pin.file] : undefined
  if (listed !== undefined && listed !== pin.sha256) throw other(pin, listed, join(folder, CHECKSUMS), { next: `put the ${CHECKSUMS} of ${pin.component} ${pin.version} there` })
  return path
}

function other(pin: Pin, found: string, where: string, details: Details): Failure {
  return new Failure(`${pin.file} is not what versions.yaml pins for ${pin.component} ${pin.version}; nothing was installed`, { expected: `sha256 ${pin.sha256}`, found: `sha256 ${found} at ${where}`, ...details })
}
