import { atLeast } from '../engine/want.mts'
import type { Drill, State } from '../engine/claim.mts'
import type { Config } from '../engine/config.mts'
import type { Host } from './host.mts'

const FILE = '/etc/fail2ban/jail.d/zz-runbooks.local'
const STRANGER = '192.0.2.1'

export type Jail = { service: string, jails: string, maxRetry: string, findTime: string, banTime: string, ignored: string, patterns: number, journal: boolean, action: string }

const READ = `
get() { fail2ban-client get sshd "$@" 2>/dev/null | tr '\\n' ' '; echo; }
echo "$(systemctl is-enabled fail2ban 2>/dev/null), $(systemctl is-active fail2ban)"
fail2ban-client status 2>/dev/null | sed -n 's/.*Jail list:[[:space:]]*//p' | grep . || echo none
get maxretry; get findtime; get bantime; get ignoreip; get journalmatch; get actions
fail2ban-client get sshd failregex 2>/dev/null | grep -c -- '- \\[' || true
`

/** fail2ban's running sshd jail: it reads the journal, blocks with nft, and never bans who comes through the tunnel. */
export function jailed(host: Host, config: Config): State<Jail> {
  const text = `# Debian has no auth.log: the journal is read. The first five mistakes in ten minutes cost an hour.
[DEFAULT]
backend = systemd
banaction = nftables-multiport
banaction_allports = nftables-allports
ignoreip = 127.0.0.1/8 ::1 ${config.VPN_NETWORK}

[sshd]
enabled = true
port = ${config.SSH_PORT}
maxretry = 5
findtime = 600
bantime = 3600
`
  return {
    read: async () => parseJail(await host.read(READ)),
    want: {
      service: 'enabled, active', jails: 'sshd', maxRetry: '5', findTime: '600', banTime: '3600',
      ignored: ['127.0.0.0/8', '::1', config.VPN_NETWORK].sort().join(' '), patterns: atLeast(10), journal: true, action: 'nftables-multiport',
    },
    act: async () => {
      await host.put(FILE, text)
      await host.write('fail2ban-client -t > /dev/null && systemctl enable --quiet fail2ban && systemctl restart fail2ban && timeout 20 sh -c "until fail2ban-client ping > /dev/null 2>&1; do sleep 0.5; done"')
    },
  }
}

/** Told to ban an address of nobody's, it is found in the rule set, and released. */
export function bans(host: Host): Drill<boolean, boolean> {
  const banned = async () => (await host.read('nft list ruleset')).includes(STRANGER)
  return {
    effect: 'node',
    before: banned,
    disturb: async () => void await host.write('fail2ban-client set sshd banip "$1"', [STRANGER]),
    after: banned,
    // One that was banned already would prove nothing.
    want: before => !before,
    restore: async () => void await host.write('fail2ban-client set sshd unbanip "$1"', [STRANGER]),
  }
}

/** Parses the answers of fail2ban-client, a line each: service, jails, retries, times, ignored addresses, journal match, actions, patterns. */
export function parseJail(text: string): Jail {
  const [service = '', jails = '', maxRetry = '', findTime = '', banTime = '', ignored = '', journal = '', actions = '', patterns = ''] = text.split('\n').map(line => line.trim())
  return {
    service, jails, maxRetry, findTime, banTime,
    ignored: [...ignored.matchAll(/[|`]- (\S+)/g)].map(([, address]) => address).sort().join(' '),
    patterns: Number(patterns),
    journal: /_SYSTEMD_UNIT|_COMM/.test(journal),
    action: /nftables\S*/.exec(actions)?.[0] ?? actions,
  }
}
