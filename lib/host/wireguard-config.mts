import { PROBE, prefix, probeAddress, serverAddress, type Peer } from './vpn.mts'
import { VPN_PORT } from './policy.mts'
import type { Config } from '../engine/config.mts'

/** Everybody who may come through the tunnel: the declared peers, and the probe. */
export function everyPeer(config: Config, probeKey: string): readonly Peer[] {
  return [...config.VPN_PEERS, { name: PROBE, address: probeAddress(config.VPN_NETWORK), publicKey: probeKey }]
}

/** The server's address with the prefix of its network, such as `10.8.0.1/24`. */
export function serverNetwork({ VPN_NETWORK }: Config): string {
  return `${serverAddress(VPN_NETWORK)}/${prefix(VPN_NETWORK)}`
}

/** The server's file for wg-quick. */
export function serverFile(config: Config, privateKey: string, peers: readonly Peer[]): string {
  return [
    '[Interface]', `Address = ${serverNetwork(config)}`, `ListenPort = ${VPN_PORT}`, `PrivateKey = ${privateKey}`, `MTU = ${config.VPN_MTU}`,
    ...peers.flatMap(({ name, address, publicKey }) => ['', `# ${name}`, '[Peer]', `PublicKey = ${publicKey}`, `AllowedIPs = ${address}/32`]), '',
  ].join('\n')
}

/** A peer's file for wg-quick, without its private key: that one stays where it was made, and wg-quick takes it from there. */
export function clientFile(config: Config, { name, address, publicKey }: Peer, serverKey: string): string[] {
  const endpoint = config.VPN_ENDPOINT ?? (config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST)
  return [
    `# ${name}: save it as /etc/wireguard/platform.conf, and the private key that belongs to ${publicKey}`,
    '# as /etc/wireguard/platform.key, 0600 each; then wg-quick up platform. Nothing in this file is secret.',
    '# An app that knows no PostUp wants the key itself instead of that line: PrivateKey = …',
    '[Interface]', `Address = ${address}/32`, `MTU = ${config.VPN_MTU}`, 'PostUp = wg set %i private-key /etc/wireguard/%i.key', '',
    '[Peer]', `PublicKey = ${serverKey}`, `Endpoint = ${/:\d+$/.test(endpoint.replace(/\[.*\]/, '')) ? endpoint : `${endpoint}:${VPN_PORT}`}`,
    `AllowedIPs = ${config.VPN_NETWORK}`, 'PersistentKeepalive = 25',
  ]
}
