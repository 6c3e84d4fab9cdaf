import { oneOf } from '../engine/want.mts'
import { Secret } from '../secrets/secret.mts'
import { publicKey } from '../secrets/wireguard-key.mts'
import * as apt from './apt.mts'
import { lines } from './lines.mts'
import { VPN_PORT } from './policy.mts'
import { tunnelKeys } from './tunnel.mts'
import { PROBE, probeAddress } from './vpn.mts'
import { everyPeer, serverFile, serverNetwork } from './wireguard-config.mts'
import type { Config } from '../engine/config.mts'
import type { State } from '../engine/claim.mts'
import type { Host } from './host.mts'

const FILE = '/etc/wireguard/wg0.conf'
const UNIT = 'wg-quick@wg0.service'

// Peers that stay keep their sessions: nothing is taken down.
const SYNC = 'wg syncconf wg0 <(wg-quick strip wg0)'

/** What carries the tunnel: the kernel's module or, where it has none, wireguard-go, which is installed then. */
export function carrier(host: Host): State<string> {
  return {
    // The kernel is asked in a network namespace of its own.
    read: () => host.read(`
      if unshare --net ip link add wg0 type wireguard 2>/dev/null; then echo 'kernel module'
      elif command -v wireguard-go > /dev/null && [ -c /dev/net/tun ]; then echo wireguard-go
      else echo none
      fi
    `),
    want: oneOf('kernel module', 'wireguard-go'),
    act: () => apt.installed(host, ['wireguard-go']).act(undefined),
  }
}

export type File = { readonly content: string, readonly mode: string }

/** The server's file: its key, address, port and peers as declared, and readable to root alone. */
export function file(host: Host, config: Config, folder: string): State<File> {
  return {
    read: async () => {
      const text = await host.read(`[ -e ${FILE} ] || { echo absent; exit 0; }; cmp -s - ${FILE} && echo 'as declared' || echo another; stat -c '%a %U' ${FILE}`, [], { input: await declared(config, folder) })
      const [content = '', mode = ''] = text.split('\n')
      return { content, mode }
    },
    want: { content: 'as declared', mode: '600 root' },
    act: async () => {
      await host.put(FILE, await declared(config, folder), { mode: '0600', check: 'grep -q "^PrivateKey = [A-Za-z0-9+/]\\{43\\}=$" "$1"' })
      await host.write(`if [ -e /sys/class/net/wg0 ]; then ${SYNC}; fi`)
    },
    revert: { paths: [FILE], reload: `if [ -e ${FILE} ] && [ -e /sys/class/net/wg0 ]; then bash -c '${SYNC}'; fi` },
  }
}

/** The tunnel's unit: whether it comes at boot, and whether it is up. */
export function service(host: Host): State<string> {
  return {
    read: () => host.read(`printf '%s, %s' "$(systemctl is-enabled ${UNIT} 2>/dev/null || true)" "$(systemctl is-active ${UNIT})"`),
    want: 'enabled, active',
    // A wg0 that somebody brought up by hand stands in the unit's way.
    act: async () => void await host.write(`
      systemctl enable --quiet ${UNIT}
      systemctl is-active --quiet ${UNIT} || { ip link delete wg0 2>/dev/null || true; systemctl restart ${UNIT}; }
    `),
  }
}

export type Interface = { readonly publicKey: string, readonly ours: boolean, readonly port: string, readonly addresses: string[], readonly mtu: string }

/** wg0 as it is: whether its key is the one in `secrets/`, by which clients know a rebuilt server again. */
export function interfaces(host: Host, config: Config, folder: string): State<Interface> {
  return {
    read: async () => {
      const [key = '', port = '', mtu = '', ...addresses] = (await host.read(`
        for what in public-key listen-port; do wg show wg0 "$what" 2>/dev/null || echo none; done
        cat /sys/class/net/wg0/mtu 2>/dev/null || echo none
        ip -o address show dev wg0 2>/dev/null | awk '$4 !~ /^fe80:/ { print $4 }'
      `)).split('\n')
      return { publicKey: key, ours: key === publicKey((await tunnelKeys(folder)).server), port, addresses, mtu }
    },
    want: { publicKey: { wants: 'a key', matches: found => found !== 'none' }, ours: true, port: String(VPN_PORT), addresses: [serverNetwork(config)], mtu: String(config.VPN_MTU) },
    act: async () => void await host.write(`
      set -e
      ${SYNC}
      ip address replace "$1" dev wg0
      ip -o address show dev wg0 | awk -v ours="$1" '$4 != ours && $4 !~ /^fe80:/ { print $4 }' | while read -r other; do ip address del "$other" dev wg0; done
      ip link set dev wg0 mtu "$2" up
    `, [serverNetwork(config), String(config.VPN_MTU)]),
  }
}

/** The peers wg0 lets in, each with its name and what it may send from; one that nobody declared shows its key. */
export function peers(host: Host, config: Config, folder: string): State<string[]> {
  return {
    read: async () => {
      const probe = publicKey((await tunnelKeys(folder)).probe)
      return parsePeers(await host.read('wg show wg0 allowed-ips 2>/dev/null || true; echo ==; wg show wg0 preshared-keys 2>/dev/null | awk \'$2 != "(none)" { print $1 }\' || true'), everyPeer(config, probe))
    },
    want: [...config.VPN_PEERS.map(({ name, address }) => `${name} ${address}/32`), `${PROBE} ${probeAddress(config.VPN_NETWORK)}/32`].sort(),
    act: async () => void await host.write(SYNC),
  }
}

/** Parses `wg show wg0 allowed-ips` and, below `==`, the keys of peers that have a preshared key. */
export function parsePeers(text: string, known: readonly { readonly name: string, readonly publicKey: string }[]): string[] {
  const [allowed = '', preshared = ''] = text.split('==')
  return lines(allowed).map(line => {
    const [key = '', networks = ''] = line.split('\t')
    const name = known.find(peer => peer.publicKey === key)?.name ?? key
    return `${name} ${networks}${preshared.includes(key) ? ' with a preshared key' : ''}`
  }).sort()
}

async function declared(config: Config, folder: string): Promise<Secret> {
  const { server, probe } = await tunnelKeys(folder)
  return new Secret(serverFile(config, server.reveal(), everyPeer(config, publicKey(probe))))
}
