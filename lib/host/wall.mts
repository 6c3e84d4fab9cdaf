import { openFrom, PODS, SERVICES } from './policy.mts'
import type { Config } from '../engine/config.mts'
import type { Drill, State } from '../engine/claim.mts'
import type { Host } from './host.mts'

const RULES = '/etc/runbooks/wall.nft'
const UNIT = '/etc/systemd/system/wall.service'

const SERVICE = `[Unit]
Description=What may reach this host at all, decided before any address translation
DefaultDependencies=no
After=local-fs.target systemd-modules-load.service
Before=network-pre.target ufw.service
Wants=network-pre.target
ConditionPathExists=${RULES}

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f ${RULES}
ExecReload=/usr/sbin/nft -f ${RULES}

[Install]
WantedBy=sysinit.target
`

/**
 * The table in nftables' own language. It stands in prerouting at -150: after connection tracking, before the address
 * translation at -100 by which ServiceLB and hostPorts pass UFW. One transaction replaces what was there.
 */
export function rules(config: Config): string {
  const set = (ports: number[]) => ports.length === 1 ? String(ports[0]) : `{ ${ports.join(', ')} }`
  return `table inet wall
delete table inet wall
table inet wall {
  chain before {
    type filter hook prerouting priority -150; policy accept;
    iifname { "lo", "cni0", "flannel.1" } accept
    iifname "wg0" ct state established,related accept
    iifname "wg0" meta l4proto { icmp, ipv6-icmp } accept
    iifname "wg0" tcp dport ${set(openFrom(config, 'vpn', 'tcp'))} accept
    iifname "wg0" counter drop
    ip saddr { ${PODS}, ${SERVICES}, ${config.VPN_NETWORK} } counter drop
    ct state established,related accept
    ct state invalid drop
    meta l4proto { icmp, ipv6-icmp } accept
    udp dport 68 accept
    ip6 saddr fe80::/10 udp dport 546 accept
    fib daddr . iif type != local counter drop
    tcp dport ${set(openFrom(config, 'outside', 'tcp'))} accept
    udp dport ${set(openFrom(config, 'outside', 'udp'))} accept
    counter drop
  }
}
`
}

export type Wall = {
  /** Lines of the loaded table that are not ours (-) and of ours that are not loaded (+). */
  readonly differences: string[]
  /** Whether the next boot would load ours: the rules and the unit as files. */
  readonly files: boolean
  readonly unit: string
  readonly before: boolean
  /** Debian's own unit would flush every table, ours included. */
  readonly nftables: string
}

// Our text is loaded into a network namespace of its own, so that both are compared in the kernel's own wording.
const READ = `
wanted=$(printf '%s' "$1" | unshare --net sh -c 'nft -f - && nft -s list table inet wall' 2>/dev/null)
loaded=$(nft -s list table inet wall 2>/dev/null)
printf '%s|%s|%s|%s\\n' \\
  "$(systemctl is-enabled wall.service 2>/dev/null), $(systemctl is-active wall.service), stop: $(systemctl show -p ExecStop --value wall.service)" \\
  "$(systemctl show -p Before --value wall.service)" "$(systemctl is-enabled nftables.service 2>/dev/null || true)" \\
  "$(printf '%s' "$1" | cmp -s - ${RULES} && printf '%s' "$2" | cmp -s - ${UNIT} && [ ! -e ${UNIT}.d ] && echo ours)"
if command -v nft > /dev/null; then
  printf '%s\\n' "$wanted" > /dev/null
  diff <(printf '%s\\n' "$loaded") <(printf '%s\\n' "$wanted") | grep '^[<>]' || true
else
  echo '> nft is not installed'
fi
`

/** The wall as it is loaded and as it will be loaded at boot. */
export function standing(host: Host, config: Config): State<Wall> {
  return {
    read: async () => parseWall(await host.read(READ, [rules(config), SERVICE])),
    want: { differences: [], files: true, unit: 'enabled, active, stop: ', before: true, nftables: 'disabled' },
    act: async () => {
      await host.put(RULES, rules(config), { check: 'nft -c -f "$1"' })
      await host.put(UNIT, SERVICE, { check: 'true' })
      await host.write('systemctl disable --now --quiet nftables.service 2>/dev/null; systemctl daemon-reload && systemctl enable --quiet wall.service && systemctl reload-or-restart wall.service')
    },
    revert: {
      paths: [RULES, UNIT, '/etc/systemd/system/sysinit.target.wants/wall.service'],
      reload: `if [ -e ${RULES} ]; then nft -f ${RULES}; else nft delete table inet wall; fi`,
    },
  }
}

/** UFW's reload, which rewrites its own tables, leaves the wall as it was. */
export function survivesUfwReload(host: Host): Drill<string, string> {
  const read = () => host.read('nft -s list table inet wall')
  return { effect: 'node', before: read, disturb: async () => void await host.write('ufw reload'), after: read, want: before => before }
}

/** Parses the line `unit's state|its Before|nftables' state|files` and, below it, diff's lines: `<` loaded only, `>` wanted only. */
export function parseWall(text: string): Wall {
  const [head = '', ...lines] = text.split('\n')
  const [unit = '', before = '', nftables = '', files = ''] = head.split('|')
  return {
    differences: lines.filter(line => line.slice(1).trim() !== '').map(line => `${line.startsWith('<') ? '-' : '+'} ${line.slice(1).trim()}`),
    files: files === 'ours',
    unit,
    before: before.split(' ').includes('network-pre.target'),
    nftables: nftables === '' || nftables === 'masked' ? 'disabled' : nftables,
  }
}
