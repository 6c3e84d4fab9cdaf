import { asFailure, Failure } from '../engine/failure.mts'
import { loadVersions, pins, type Pin } from './versions.mts'
import { hostFolder } from './artifact.mts'
import type { State } from '../engine/claim.mts'
import type { Host } from './host.mts'

const BINARY = 'k3s'
const IMAGES = 'k3s-airgap-images-amd64.tar.zst'
const DROP_IN = '/etc/systemd/system/k3s.service.d/wall.conf'

// Nothing is reachable before what decides about it stands.
const BEHIND = `[Unit]
Requires=wall.service
After=wall.service
`

export type Installed = {
  /** sha256 of the binary. */
  readonly binary: string
  /** Whether the image archive is the pinned one. */
  readonly images: string
  /** What the unit starts, with every argument. */
  readonly command: string
  /** Lines of the unit's environment file, and drop-ins that are not ours. */
  readonly environment: string[]
  readonly dropIns: string[]
  readonly unit: string
  /** Whether it is ordered after the wall and stops with it. */
  readonly behindWall: boolean
}

const READ = `
show() { systemctl show k3s.service -p "$1" --value 2>/dev/null; }
sha256sum /usr/local/bin/k3s 2>/dev/null | cut -d ' ' -f 1 | grep . || echo absent
cmp -s "$1/${IMAGES}" /var/lib/rancher/k3s/agent/images/${IMAGES} && echo pinned || echo other
show ExecStart | sed -n 's/.*argv\\[\\]=\\([^;]*[^; ]\\) *;.*/\\1/p' | head -n 1 | grep . || echo absent
cat /etc/systemd/system/k3s.service.env 2>/dev/null | tr '\\n' ' '; echo
show DropInPaths
printf '%s, %s\\n' "$(systemctl is-enabled k3s.service 2>/dev/null || true)" "$(systemctl is-active k3s.service || true)"
for property in Requires After; do show $property | tr ' ' '\\n' | grep -cx wall.service; done | tr '\\n' ' '
printf '%s' "$2" | cmp -s - ${DROP_IN} && echo ours || echo other
`

const INSTALL = `
set -eu
trap 'rm -f /usr/local/bin/.k3s.new "$images/.new"' EXIT
images=/var/lib/rancher/k3s/agent/images
mkdir -p "$images"
# The youngest folders are kept: the one that is installed is what a rollback goes back to.
touch "$1"
cp "$1/${IMAGES}" "$images/.new"
cp "$1/${BINARY}" /usr/local/bin/.k3s.new
chmod 0755 /usr/local/bin/.k3s.new
sync "$images/.new" /usr/local/bin/.k3s.new
mv -f "$images/.new" "$images/${IMAGES}"
mv -f /usr/local/bin/.k3s.new /usr/local/bin/k3s
rm -rf "$(dirname ${DROP_IN})" /etc/systemd/system/k3s.service.env
INSTALL_K3S_SKIP_DOWNLOAD=true INSTALL_K3S_SKIP_START=true sh "$1/install.sh"
`

const START = `
systemctl daemon-reload
systemctl enable --quiet k3s.service
systemctl restart k3s.service || { journalctl -u k3s.service -n 4 -o cat --no-pager >&2; exit 1; }
`

/** K3s from the artefacts on the host, put there by its own installer, enabled, and behind the wall. */
export function installed(host: Host, folder: string): State<Installed> {
  const place = () => hostFolder(folder, 'k3s')
  return {
    read: async () => parseInstalled(await host.read(READ, [place(), BEHIND], { within: '3m' }), pin(folder, BINARY).sha256),
    want: { binary: 'pinned', images: 'pinned', command: '/usr/local/bin/k3s server', environment: [], dropIns: [DROP_IN], unit: 'enabled, active', behindWall: true },
    async act() {
      await host.write(INSTALL, [place()], { within: '10m' })
      await host.put(DROP_IN, BEHIND)
      await host.write(START, [], { within: '5m' }).catch(thrown => { throw notStarted(asFailure(thrown)) })
    },
  }
}

/** Parses the lines above; `pinned` stands for the binary with this sha256. */
export function parseInstalled(text: string, sha256: string): Installed {
  const [binary = '', images = '', command = '', environment = '', dropIns = '', unit = '', wall = ''] = text.split('\n')
  const words = (line: string) => line.trim().split(/\s+/).filter(word => word !== '')
  return {
    binary: binary === sha256 ? 'pinned' : binary, images, command, environment: words(environment), dropIns: words(dropIns), unit,
    behindWall: words(wall).join(' ') === '1 1 ours',
  }
}

function pin(folder: string, file: string): Pin {
  const found = pins(loadVersions(folder), 'k3s').find(each => each.file === file)
  if (found) return found
  throw new Failure(`versions.yaml pins no ${file} of K3s`, {}, 'input')
}

function notStarted(failure: Failure): Failure {
  if (failure.kind !== 'claim') return failure
  return new Failure('K3s was put in place, and did not start', { found: failure.facts.found, next: 'after an upgrade: npx tsx runbooks/03-k3s.mts --rollback' })
}
