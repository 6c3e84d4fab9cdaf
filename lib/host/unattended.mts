import { lines } from './lines.mts'
import type { Fact, State } from '../engine/claim.mts'
import type { Matcher, Want } from '../engine/want.mts'
import type { Host } from './host.mts'

const FILE = '/etc/apt/apt.conf.d/99runbooks-unattended'
const TIMERS = ['apt-daily.timer', 'apt-daily-upgrade.timer']

const SETTINGS: Record<string, string> = {
  'APT::Periodic::Enable': '1',
  'APT::Periodic::Update-Package-Lists': '1',
  'APT::Periodic::Unattended-Upgrade': '1',
  'Unattended-Upgrade::Automatic-Reboot': 'false',
}

/** apt's effective settings for unattended upgrades, and whether its timers are enabled and running. */
export function upgrades(host: Host): State<Record<string, string>> {
  return {
    read: async () => ({
      ...pick(await host.read('apt-config dump'), Object.keys(SETTINGS)),
      blacklist: await host.read('apt-config dump | sed -n "s/^Unattended-Upgrade::Package-Blacklist:: //p"'),
      ...Object.fromEntries(await Promise.all(TIMERS.map(async timer => [timer, await host.read('printf "%s, %s" "$(systemctl is-enabled "$1")" "$(systemctl is-active "$1")"', [timer])]))),
    }),
    want: { ...SETTINGS, blacklist: '', ...Object.fromEntries(TIMERS.map(timer => [timer, 'enabled, active'])) },
    act: async () => {
      await host.put(FILE, Object.entries(SETTINGS).map(([name, value]) => `${name} "${value}";\n`).join(''), { check: 'apt-config -c "$1" dump > /dev/null' })
      await host.write('systemctl unmask --quiet "$@"; systemctl enable --now --quiet "$@"', TIMERS)
    },
  }
}

export type Origins = { readonly allowed: string[], readonly fetched: string[] }

/** Where a dry run of unattended-upgrade says that it takes packages from, and the security archives apt has lists of. */
export function origins(host: Host): Fact<Origins> {
  return async () => ({
    allowed: parseOrigins(await host.read('unattended-upgrade --dry-run --debug 2>&1', [], { within: '3m' })),
    fetched: lines(await host.read('apt-cache policy | grep -o "n=[a-z]*-security\\|a=[a-z]*-security" | sort -u || true')),
  })
}

const securityAllowed: Matcher<string[]> = { wants: 'a security origin', matches: origins => origins.some(origin => /security/i.test(origin)) }
const securityFetched: Matcher<string[]> = { wants: 'a security archive', matches: archives => archives.length > 0 }

/** Holds when a security archive is both allowed and there. */
export const withSecurity: Want<Origins> = { allowed: securityAllowed, fetched: securityFetched }

/** The origins in the line that unattended-upgrade prints of them. */
export function parseOrigins(text: string): string[] {
  return /^Allowed origins are: (.*)$/m.exec(text)?.[1]?.split(', ').map(origin => origin.trim()) ?? []
}

function pick(dump: string, names: readonly string[]): Record<string, string> {
  const settings = new Map([...dump.matchAll(/^(\S+) "(.*)";$/gm)].map(([, name, value]) => [name, value]))
  return Object.fromEntries(names.map(name => [name, settings.get(name) ?? 'unset']))
}
