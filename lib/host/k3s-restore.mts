import { anything, type Matcher } from '../engine/want.mts'
import { COPIES, NEWEST, take, VERSION } from './k3s-copy.mts'
import { ARTIFACTS_FOLDER } from './artifact.mts'
import type { Living } from '../cluster/uids.mts'
import type { Drill, Fact, State } from '../engine/claim.mts'
import type { Host } from './host.mts'

const SERVER = '/var/lib/rancher/k3s/server'

// The certificates come back from the datastore: K3s does not start with some that are newer than it. What was there
// stays aside as db.replaced, whatever ends this in the middle.
const RESTORE = `
set -eu
copy=${COPIES}/$(${NEWEST})
version=$(cat "$copy/version")
artifacts="${ARTIFACTS_FOLDER}/k3s/$version"
for file in state.db token; do [ -s "$copy/$file" ] || { echo "$copy has no $file" >&2; exit 1; }; done
if [ "$(${VERSION})" != "$version" ]; then
  [ -x "$artifacts/k3s" ] || { echo "$artifacts/k3s is gone: pin $version in versions.yaml and run 03-k3s" >&2; exit 1; }
fi
systemctl stop k3s.service
/usr/local/bin/k3s-killall.sh > /dev/null 2>&1
if [ -e ${SERVER}/db/state.db ] && ! grep -qsx "$(basename "$copy")" ${SERVER}/db/restored-from; then
  rm -rf ${SERVER}/db.replaced
  mv ${SERVER}/db ${SERVER}/db.replaced
fi
rm -rf ${SERVER}/db ${SERVER}/tls ${SERVER}/cred
mkdir -p -m 0700 ${SERVER}/db
cp "$copy/state.db" ${SERVER}/db/
cp "$copy/token" ${SERVER}/token
chmod 0600 ${SERVER}/db/state.db ${SERVER}/token
if [ -e "$copy/node-password" ]; then
  mkdir -p -m 0755 /etc/rancher/node
  cp "$copy/node-password" /etc/rancher/node/password
fi
if [ -x "$artifacts/k3s" ] && ! cmp -s "$artifacts/k3s" /usr/local/bin/k3s; then
  cp "$artifacts/k3s" /usr/local/bin/.k3s.new
  mv -f /usr/local/bin/.k3s.new /usr/local/bin/k3s
  cp "$artifacts/k3s-airgap-images-amd64.tar.zst" /var/lib/rancher/k3s/agent/images/
fi
basename "$copy" > ${SERVER}/db/restored-from
sync ${SERVER}/db/state.db ${SERVER}/db/restored-from
systemctl reset-failed k3s.service 2>/dev/null || true
systemctl start k3s.service || { journalctl -u k3s.service -n 4 -o cat --no-pager >&2; exit 1; }
`

const READ = `
name=$(${NEWEST})
version=$(${VERSION})
wanted=$(cat "${COPIES}/$name/version" 2>/dev/null)
[ "$version" = "$wanted" ] && step='of the copy' || step="$version"
printf '%s\\n%s\\n%s\\n%s\\n' "$name" "$step" "$(cat ${SERVER}/db/restored-from 2>/dev/null || echo never)" "$(systemctl is-active k3s.service || true)"
`

export type Back = { readonly copy: string, readonly version: string, readonly restoredFrom: string, readonly service: string }

/** K3s with the binary and the state of the newest copy; what was written since that copy is lost. */
export function back(host: Host): State<Back> {
  return {
    read: async () => parseBack(await host.read(READ)),
    want: { copy: anything(), version: 'of the copy', restoredFrom: 'the copy', service: 'active' },
    act: () => giveBack(host),
  }
}

/** Parses the newest copy's name, the version, the copy that the state came from, and the unit's state, a line each. */
export function parseBack(text: string): Back {
  const [copy = '', version = '', from = '', service = ''] = text.split('\n')
  return { copy: copy === '' ? 'none' : copy, version, restoredFrom: from === copy ? 'the copy' : from, service }
}

/** Any version: which one is the copy's own is read above. */
export const answered: Matcher<string> = { wants: 'a version', matches: found => found.startsWith('v') }

// Comes and goes by itself, or is written anew by whoever runs.
const PASSING = /^\/registry\/(events|leases|masterleases|endpointslices|services\/endpoints)\//

export type Returned = { readonly objects: number, readonly lost: string[], readonly restoredFrom: string }

/** The state is copied and the datastore deleted; restored from the copy, the API has the same objects, by UID. */
export function restored(host: Host, living: Fact<readonly Living[]>): Drill<readonly string[], Returned> {
  const lasting = async () => (await living()).filter(({ key }) => !PASSING.test(key)).map(({ key, uid }) => `${key} ${uid}`).sort()
  return {
    effect: 'cluster',
    before: lasting,
    async disturb() {
      await take(host)
      await host.write(`systemctl stop k3s.service; rm -rf ${SERVER}/db.lost; mv ${SERVER}/db ${SERVER}/db.lost`, [], { within: '2m' })
      await giveBack(host)
    },
    async after(before) {
      const there = new Set(await lasting())
      const { restoredFrom } = parseBack(await host.read(READ))
      return { objects: before.length, lost: before.filter(object => !there.has(object)), restoredFrom }
    },
    want: () => ({ objects: anything(), lost: [], restoredFrom: 'the copy' }),
    // Only a drill that was cut short before the copy was in place finds no datastore here.
    restore: async () => void await host.write(`
      cd ${SERVER}
      if [ ! -e db/state.db ] && [ -e db.lost ]; then systemctl stop k3s.service; rm -rf db; mv db.lost db; fi
      rm -rf db.lost
      systemctl is-active --quiet k3s.service || systemctl start k3s.service
    `, [], { within: '5m' }),
  }
}

/** Puts the newest copy in the place of what there is. */
async function giveBack(host: Host): Promise<void> {
  await host.write(RESTORE, [], { within: '10m' })
}
