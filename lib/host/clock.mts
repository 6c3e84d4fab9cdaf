import { unverified } from '../engine/failure.mts'
import { lines } from './lines.mts'
import type { Fact, State } from '../engine/claim.mts'
import type { Host } from './host.mts'

const SERVICES = ['chrony.service', 'systemd-timesyncd.service', 'ntp.service', 'ntpsec.service', 'openntpd.service', 'ntpd-rs.service']

/** Seconds between the host's clock and the operator's, either way. */
export function offset(host: Host): Fact<number> {
  return async () => {
    host.forget()
    const before = Date.now()
    const there = Number(await host.read('date +%s.%N')) * 1000
    const here = (before + Date.now()) / 2
    return Math.round(Math.abs(there - here) / 100) / 10
  }
}

/** The time services that run are this one alone. */
export function service(host: Host, wanted: string): State<string[]> {
  return {
    read: async () => lines(await host.read('systemctl list-units --type=service --state=active --plain --no-legend -- "$@" | cut -d " " -f 1', SERVICES)),
    want: [wanted],
    act: async () => {
      await host.write('for unit in "$@"; do systemctl disable --now --quiet "$unit" 2>/dev/null || true; done', SERVICES.filter(name => name !== wanted))
      await host.write('systemctl enable --now --quiet "$1"', [wanted])
    },
  }
}

/** Whether the kernel says that its clock is kept in step; unverified in a container, which cannot set one. */
export function synchronised(host: Host): Fact<boolean> {
  return async () => {
    const [kept, container] = (await host.read('timedatectl show -p NTPSynchronized --value; systemd-detect-virt --container || true')).split('\n')
    if (kept !== 'yes' && container !== 'none') throw unverified('a container cannot set its clock', { found: `container: ${container}` })
    return kept === 'yes'
  }
}
