import { anything, atLeast, atMost, type Want } from '../engine/want.mts'
import { Failure } from '../engine/failure.mts'
import { parseRows, ROWS, type Row } from './kine.mts'
import { installedVersion } from './k3s-version.mts'
import { pinned } from './versions.mts'
import type { Living } from '../cluster/uids.mts'
import type { Fact, State } from '../engine/claim.mts'
import type { Host } from './host.mts'

/** Where copies of K3s' state lie, the newest five; a copy holds every secret of the cluster, so it is for root alone. */
export const COPIES = '/var/lib/runbooks/k3s/copies'

/** Shell text for the newest one's name. */
export const NEWEST = `ls ${COPIES} 2>/dev/null | sort | tail -n 1`

/** Shell text for the version of K3s that is installed. */
export const VERSION = `/usr/local/bin/k3s --version 2>/dev/null | sed -n 's/^k3s version \\([^ ]*\\).*/\\1/p'`

export type Copy = {
  /** Folder name: when it was made, and of which version of K3s. */
  readonly name: string
  readonly hours: number
  /** What SQLite says of a scratch copy of it. */
  readonly integrity: string
  readonly token: string
  /** Objects in it, and those of the API that are older than it and not in it under the same UID. */
  readonly objects: number
  readonly missing: string[]
}

// SQLite's own online backup sees one moment of a datastore that is written to. The token opens it again; with the
// node's password another machine is taken for the same node.
const TAKE = `
set -eu
umask 077
version=$(${VERSION})
mkdir -p ${COPIES}
new=$(mktemp -d ${COPIES}/.XXXXXX)
trap 'rm -rf "$new"' EXIT
sqlite3 /var/lib/rancher/k3s/server/db/state.db '.timeout 10000' ".backup '$new/state.db'"
cp /var/lib/rancher/k3s/server/token /etc/rancher/k3s/config.yaml "$new/"
[ ! -e /etc/rancher/node/password ] || cp /etc/rancher/node/password "$new/node-password"
printf '%s\\n' "$version" > "$new/version"
sync "$new"/* "$new"
name=$(date -u +%Y%m%dT%H%M%SZ)-$version
rm -rf "${COPIES}/$name"
mv "$new" "${COPIES}/$name"
ls ${COPIES} | sort -r | tail -n +6 | while read -r old; do rm -rf "${COPIES}/$old"; done
`

// A copy is opened where opening it changes nothing.
const READ = `
name=$(${NEWEST})
[ -n "$name" ] || exit 0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp "${COPIES}/$name/state.db" "$scratch/" 2>/dev/null || { printf '%s|%s|no state.db|-\\n' "$name" "$(date +%s)"; exit 0; }
printf '%s|%s|' "$name" "$(date +%s)"
printf '%s|' "$(sqlite3 "$scratch/state.db" 'PRAGMA integrity_check' 2>&1 | head -n 1)"
cmp -s "${COPIES}/$name/token" /var/lib/rancher/k3s/server/token && echo ours || echo other
sqlite3 "$scratch/state.db" "$1" 2>/dev/null || true
`

/** The newest copy: it opens, its token is the server's, it is at most a week old, and it holds what the API holds. */
export function copied(host: Host, living: Fact<readonly Living[]>): State<Copy | 'no copy'> {
  return {
    read: async () => parseCopy(await rows(host), await living()) ?? 'no copy',
    want: { name: anything(), hours: atMost(7 * 24), integrity: 'ok', token: 'ours', objects: atLeast(1), missing: [] },
    act: () => take(host),
  }
}

export type Whole = Pick<Copy, 'name' | 'integrity' | 'objects'>

/** The newest copy by itself, for a rollback: whatever runs now, and whatever was written since. */
export function whole(host: Host): Fact<Whole> {
  return async () => {
    const { name, integrity, objects } = parseCopy(await rows(host), []) ?? { name: 'none', integrity: 'absent', objects: 0 }
    return { name, integrity, objects }
  }
}

/** A copy that opens and has something in it. */
export const usable: Want<Whole> = { name: anything(), integrity: 'ok', objects: atLeast(1) }

/** Before K3s is exchanged for another version its state is copied, by the same run: a copy of a minute ago lacks what came since. Then the provider's snapshot is offered. */
export function beforeUpgrade(host: Host, folder: string, snapshot: () => Promise<void>): State<string> {
  let taken = false
  return {
    async read() {
      const there = await installedVersion(host)
      if (there === undefined || there === pinned(folder, 'k3s')) return 'no upgrade'
      const copy = taken ? parseCopy(await rows(host), []) : undefined
      return copy?.integrity === 'ok' && copy.name.endsWith(there) ? `copied: ${copy.name}` : `${there} is to be exchanged, and its state is not copied`
    },
    want: { wants: 'no upgrade, or a copy of this run', matches: found => /^(no upgrade|copied: )/.test(found) },
    async act() {
      await take(host)
      taken = true
      await snapshot()
    },
  }
}

/** Parses `name|now|integrity|token` and, below it, the copy's rows. */
export function parseCopy(text: string, living: readonly Living[]): Copy | undefined {
  const [head = '', ...lines] = text.split('\n')
  const [name = '', now = '', integrity = '', token = ''] = head.split('|')
  if (name === '') return undefined
  const made = madeAt(name)
  const rows = parseRows(lines.join('\n'))
  return { name, hours: Math.round((Number(now) - made) / 360) / 10, integrity, token, objects: rows.length, missing: missing(rows, living, made) }
}

/** What the API had before the copy was made and the copy lacks; an encrypted one is known by its key, any other by its UID. */
function missing(rows: readonly Row[], living: readonly Living[], made: number): string[] {
  const uids = new Set(rows.flatMap(({ uid }) => uid ?? []))
  const encrypted = new Set(rows.filter(row => row.encrypted).map(({ key }) => key))
  return living.filter(({ created }) => created < made)
    .filter(({ key, uid, secret }) => !uids.has(uid) && !(secret && encrypted.has(key))).map(({ key, uid }) => `${key} ${uid}`).sort()
}

/** Seconds since 1970 in a name such as `20261121T094500Z-v1.36.5+k3s1`. */
function madeAt(name: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-/.exec(name) ?? []
  if (year === undefined) throw new Failure(`${COPIES} has something that is no copy`, { found: name, next: `rm -r ${COPIES}/${name}` })
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) / 1000
}

/** Makes a copy now. */
export async function take(host: Host): Promise<void> {
  await host.write(TAKE, [], { within: '5m' })
}

function rows(host: Host): Promise<string> {
  return host.read(READ, [ROWS], { within: '3m' })
}
