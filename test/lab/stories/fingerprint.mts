import type { Lab } from '../lab.mts'

const SCRIPT = `
dpkg-query -W -f '\${Package} \${Version} \${db:Status-Abbrev}\\n'
find /etc /root /home/*/.ssh /usr/local /var/spool/cron -xdev \\( -type f -o -type l \\) ! -name '*.pyc' -print0 2>/dev/null | sort -z | xargs -0 stat -c '%n %a %U %s %N'
find /etc /root /home/*/.ssh /usr/local -xdev -type f -print0 | sort -z | xargs -0 sha256sum
systemctl list-unit-files --no-legend --no-pager | sort
nft -s list ruleset 2>/dev/null
iptables-save 2>/dev/null | grep -v '^#' | sed 's/\\[.*\\]//'
ss -H -lntu | awk '{ print $1, $5 }' | sort
`

// What differs between two hosts that were made alike: identities, and what is written at another second.
const IDENTITY = /ssh_host_|machine-id|\/shadow|\/etc\/(hostname|hosts|resolv\.conf|mtab)|cloud|known_hosts|\.bash_history|\/etc\/ld\.so\.cache|\/etc\/\.updated|timestamp/

/** Packages, files, units, rules and listeners of a host, a line each. */
export async function fingerprint(lab: Lab): Promise<string[]> {
  return (await lab.exec(SCRIPT)).stdout.split('\n')
}

/** Lines that are in one fingerprint of a host and not in the other. */
export function changes(one: readonly string[], other: readonly string[]): string[] {
  const [before, after] = [new Set(one), new Set(other)]
  return [...one.filter(line => !after.has(line)).map(line => `- ${line}`), ...other.filter(line => !before.has(line)).map(line => `+ ${line}`)]
}

/** The changes between two hosts that were made alike, their identities aside. */
export function unlike(one: readonly string[], other: readonly string[]): string[] {
  return changes(one, other).filter(line => !IDENTITY.test(line))
}
