import { unverified } from '../engine/failure.mts'
import { lines } from './lines.mts'
import type { Fact, State } from '../engine/claim.mts'
import type { Host } from './host.mts'

const LOCKS = ['/var/lib/dpkg/lock-frontend', '/var/lib/dpkg/lock', '/var/lib/apt/lists/lock', '/var/cache/apt/archives/lock']

// Nobody is asked; a locally changed configuration file is kept; nothing comes along that is only recommended, not even
// when a half installed package is finished; Ubuntu's needrestart restarts without a dialogue.
const APT = `
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a
apt() { apt-get -y -q -o APT::Install-Recommends=false -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"; }
`

/** Who holds one of apt's locks, such as `apt-get (pid 812)`. */
export function holders(host: Host): Fact<string[]> {
  return async () => {
    host.forget()
    const text = await host.read(`
      for lock in "$@"; do
        find /proc/[0-9]*/fd -lname "$lock" 2>/dev/null | cut -d / -f 3
      done | sort -u | while read -r pid; do printf '%s (pid %s)\\n' "$(cat "/proc/$pid/comm")" "$pid"; done
    `, LOCKS)
    return lines(text)
  }
}

/** Packages that dpkg left half installed; healed by letting it finish. */
export function whole(host: Host): State<string[]> {
  return {
    read: async () => lines(await host.read('dpkg --audit | grep "^ " || true; ls -A /var/lib/dpkg/updates')),
    want: [],
    // What dpkg calls a very bad inconsistent state is mended by installing it once more, and by nothing else.
    act: async () => void await host.write(`${APT}
      dpkg --configure -a --force-confdef --force-confold || true
      dpkg-query -W -f '\${db:Status-Abbrev} \${Package}\\n' | sed -n 's/^..R //p' | while read -r package; do apt install --reinstall "$package" < /dev/null; done
      apt -f install
    `, [], { within: '15m' }),
  }
}

/** Those of the packages that are installed. */
export function installed(host: Host, packages: readonly string[]): State<string[]> {
  return {
    read: async () => {
      const text = await host.read(`dpkg-query -W -f '\${db:Status-Abbrev} \${Package}\\n' "$@" 2>/dev/null || true`, packages)
      // The second letter is what it is; the first is what is wanted of it, which may be to hold it.
      return lines(text).filter(line => line.charAt(1) === 'i').map(line => line.split(/\s+/)[1] ?? '').sort()
    },
    want: [...packages].sort(),
    act: async () => void await host.write(`${APT} apt install "$@"`, packages, { within: '15m' }),
  }
}

/** Pending security upgrades and packages held back from any, by lists at most this old; unverified when they are older. */
export function upgraded(host: Host, hours: number): State<string[]> {
  return {
    read: async () => {
      const [stamp = '', ...simulation] = (await host.read(`
        stat -c %Y /var/lib/apt/periodic/update-stamp /var/lib/apt/periodic/update-success-stamp 2>/dev/null | sort -n | tail -n 1 | grep . || echo 0
        apt-mark showhold | sed 's/^/held /'
        apt-get -s -o Debug::NoLocking=true dist-upgrade
      `)).split('\n')
      const age = (Date.now() / 1000 - Number(stamp)) / 3600
      if (age > hours) throw unverified(stamp === '0' ? 'the package lists were never fetched' : `the package lists are ${Math.round(age)} h old`, { expected: `at most ${hours} h` })
      return pendingSecurity(simulation)
    },
    want: [],
    act: async () => void await host.write(`
      ${APT} apt update -o APT::Update::Error-Mode=any && mkdir -p /var/lib/apt/periodic && touch /var/lib/apt/periodic/update-stamp && apt dist-upgrade
    `, [], { within: '20m' }),
  }
}

/** The packages that are held, and those that a simulated upgrade would take from a security archive, with their version. */
export function pendingSecurity(simulation: readonly string[]): string[] {
  return simulation.flatMap(line => {
    if (line.startsWith('held ')) return [line]
    const [, name, version, origins = ''] = /^Inst (\S+) (?:\[[^\]]*\] )?\((\S+) ([^)]*)\)/.exec(line) ?? []
    return /security/i.test(origins) ? [`${name} ${version}`] : []
  })
}
