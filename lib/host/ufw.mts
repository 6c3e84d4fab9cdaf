import { lines } from './lines.mts'
import { openFrom, PODS } from './policy.mts'
import type { Config } from '../engine/config.mts'
import type { State } from '../engine/claim.mts'
import type { Host } from './host.mts'

export type Firewall = {
  readonly active: boolean
  /** Policies for incoming, outgoing and routed packets. */
  readonly defaults: string
  /** What the policy's own chain accepts, by family, as loaded into the kernel. */
  readonly ipv4: string[]
  readonly ipv6: string[]
  /** Rules of the kernel's filter tables that UFW's files would not load (-), and those they would (+). */
  readonly differences: string[]
  /** Files of UFW's framework that are not as the package ships them. */
  readonly edited: string[]
}

const SHIPPED = ['before.rules', 'before6.rules', 'after.rules', 'after6.rules']
const FILES = [...SHIPPED, 'user.rules', 'user6.rules', 'ufw.conf', 'sysctl.conf']

// UFW's files are loaded into a network namespace of their own, so that both are compared in the kernel's own wording;
// chains of Kubernetes and its network are theirs.
const READ = `
command -v ufw > /dev/null || { echo 'Status: not installed'; exit 0; }
ufw status verbose | grep -E '^(Status|Default):' || true
echo '== iptables'
iptables -S ufw-user-input 2>/dev/null || true
echo '== ip6tables'
ip6tables -S ufw6-user-input 2>/dev/null || true
echo '== differences'
rules() { iptables -S; ip6tables -S; }
diff <(rules | grep -v 'KUBE-\\|FLANNEL-\\|CNI-') <(unshare --net bash -c "$(declare -f rules); /usr/lib/ufw/ufw-init start > /dev/null; rules") | grep '^[<>]' || true
echo '== edited'
for file in "$@"; do cmp -s "/usr/share/ufw/$file" "/etc/ufw/$file" || cmp -s "/usr/share/ufw/iptables/$file" "/etc/ufw/$file" || echo "$file"; done
`

const SET = `
ufw --force reset > /dev/null
rm -f /etc/ufw/*.rules.2*
ufw default deny incoming
ufw default allow outgoing
ufw default deny routed
while read -r words; do [ -z "$words" ] || ufw allow $words; done
ufw --force enable
`

/** UFW with exactly the policy's openings, in both families, as the kernel has it. */
export function rules(host: Host, config: Config): State<Firewall> {
  const tcp = openFrom(config, 'outside', 'tcp')
  const udp = openFrom(config, 'outside', 'udp')
  const vpn = openFrom(config, 'vpn', 'tcp')
  const both = [
    ...tcp.map(port => `-p tcp --dport ${port}`), ...udp.map(port => `-p udp --dport ${port}`),
    ...vpn.map(port => `-i wg0 -p tcp --dport ${port}`),
  ]
  return {
    read: async () => parseFirewall(await host.read(READ, SHIPPED)),
    want: {
      active: true, defaults: 'deny (incoming), allow (outgoing), deny (routed)',
      ipv4: [...both, `-s ${PODS} -i cni0`].sort(), ipv6: [...both].sort(), differences: [], edited: [],
    },
    act: async () => {
      const allow = [
        ...tcp.map(port => `${port}/tcp`), ...udp.map(port => `${port}/udp`),
        ...vpn.map(port => `in on wg0 to any port ${port} proto tcp`), `in on cni0 from ${PODS}`,
      ]
      await host.write(SET, [], { input: `${allow.join('\n')}\n` })
    },
    revert: {
      paths: [...FILES.map(file => `/etc/ufw/${file}`), '/etc/default/ufw'],
      reload: 'if grep -q "^ENABLED=yes" /etc/ufw/ufw.conf; then ufw --force enable; ufw reload; else ufw --force disable; fi',
    },
  }
}

/** Parses `ufw status verbose` and, under their headings, UFW's own chains, diff's lines and the edited files. */
export function parseFirewall(text: string): Firewall {
  const section = (name: string) => lines(text.split(`== ${name}\n`)[1]?.split(/^== /m)[0] ?? '')
  const accepted = (name: string) => section(name).flatMap(line => /^-A ufw6?-user-input (.*) -j ACCEPT$/.exec(line)?.[1] ?? [])
    .map(rule => rule.replaceAll(/ -m (tcp|udp)\b/g, '')).sort()
  return {
    active: /^Status: active$/m.test(text),
    defaults: /^Default: (.*\(routed\))/m.exec(text)?.[1] ?? 'unset',
    ipv4: accepted('iptables'),
    ipv6: accepted('ip6tables'),
    differences: section('differences').map(line => `${line.startsWith('<') ? '-' : '+'} ${line.slice(1).trim()}`),
    edited: section('edited'),
  }
}
