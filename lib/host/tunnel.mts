import { badInput, Failure, unverified } from '../engine/failure.mts'
import { readSecrets } from '../secrets/file.mts'
import { newPrivateKey, publicKey } from '../secrets/wireguard-key.mts'
import { VPN_PORT } from './policy.mts'
import { probeAddress, serverAddress } from './vpn.mts'
import { clientFile } from './wireguard-config.mts'
import type { Config } from '../engine/config.mts'
import type { Fact } from '../engine/claim.mts'
import type { Matcher } from '../engine/want.mts'
import type { Secret } from '../secrets/secret.mts'
import type { Host, Passage, Ports, Session } from './host.mts'

export type TunnelKeys = { readonly server: Secret, readonly probe: Secret }

/** The private keys of the server and of the probe, from `secrets/wireguard.sops.yaml`. */
export async function tunnelKeys(folder: string): Promise<TunnelKeys> {
  const { 'server-private-key': server, 'probe-private-key': probe } = await readSecrets(folder, 'wireguard')
  if (server && probe) return { server, probe }
  throw badInput('secrets/wireguard.sops.yaml lacks a key', { expected: 'server-private-key and probe-private-key', next: 'wg genkey | npm run secrets -- set wireguard stringData.server-private-key' })
}

/** The public halves of the keys in `secrets/`: the server's, which clients know it by, and the probe's. */
export function keys(folder: string): Fact<{ server: string, probe: string }> {
  return async () => {
    const { server, probe } = await tunnelKeys(folder)
    return { server: publicKey(server), probe: publicKey(probe) }
  }
}

/** Milliseconds until the server answered the probe's handshake, over the network and from this side. */
export function handshake(host: Host, config: Config, folder: string): Fact<number> {
  return async () => (await inside(host, config, folder)).handshake
}

export type Strangers = { readonly stranger: Passage['handshake'], readonly probe: 'answered' | 'silence' | 'noise' }

/** What somebody with a key of his own hears, three times; and right after it the probe, so that silence is not a dead line. */
export function stranger(host: Host, config: Config, folder: string): Fact<Strangers> {
  return async () => {
    const { handshake: heard } = await visit(host, config, folder, {}, newPrivateKey())
    const { handshake: known } = await visit(host, config, folder)
    return { stranger: heard, probe: typeof known === 'number' ? 'answered' : known }
  }
}

/** Which of the ports answer the probe inside the tunnel, at the server's own address there; throws where it is not let in. */
export async function inside(host: Host, config: Config, folder: string, ports: Ports = {}): Promise<Passage & { readonly handshake: number }> {
  const { handshake, ...answers } = await visit(host, config, folder, ports)
  if (typeof handshake === 'number') return { handshake, ...answers }
  throw new Failure(handshake === 'silence' ? 'three handshakes were sent, and nothing came back' : 'something came back, and it was no answer to a handshake', {
    expected: `udp/${VPN_PORT} of ${config.HOST} answers the probe`,
  })
}

/** How this run reached the server. */
export function road(config: Config): Fact<string> {
  return async () => config.road ?? 'outside'
}

/** Holds where SSH is public; else the run has to have come through the tunnel, which closes the other way behind it. */
export function roadAsDeclared({ SSH_PUBLIC }: Config): Matcher<string> {
  return { wants: SSH_PUBLIC ? 'outside or tunnel' : 'tunnel', matches: found => SSH_PUBLIC || found === 'tunnel' }
}

/** The lines of a peer's wg-quick file; throws bad input for a name that is not declared. */
export async function client(name: string, folder: string, config: Config): Promise<string[]> {
  const peer = config.VPN_PEERS.find(each => each.name === name)
  if (peer === undefined) {
    throw badInput(`no peer is called ${name}`, { found: config.VPN_PEERS.map(each => each.name).join(', ') || 'VPN_PEERS is empty', next: `VPN_PEERS=${name}:10.8.0.2:<public key> in .env, and this runbook once` })
  }
  if (config.HOST === 'local' && config.VPN_ENDPOINT === undefined) throw badInput('HOST is local, so nobody knows where a client is to knock', { next: 'set VPN_ENDPOINT in .env' })
  return clientFile(config, peer, publicKey((await tunnelKeys(folder)).server))
}

/** A session to a port of the server's address in the tunnel; unverified where nobody is outside. */
export async function meet(host: Host, config: Config, port: number): Promise<Session> {
  return outsideOf(host).session(serverAddress(config.VPN_NETWORK), port)
}

async function visit(host: Host, config: Config, folder: string, ports: Ports = {}, key?: Secret): Promise<Passage> {
  const outside = outsideOf(host)
  const { server, probe } = await tunnelKeys(folder)
  return outside.visit({
    who: key ? 'stranger' : 'probe', host: config.HOST, port: VPN_PORT, serverKey: publicKey(server), privateKey: key ?? probe,
    source: probeAddress(config.VPN_NETWORK), destination: serverAddress(config.VPN_NETWORK),
  }, ports)
}

function outsideOf({ outside }: Host): NonNullable<Host['outside']> {
  if (!outside) throw unverified('this is the host itself: the tunnel is seen from outside only', { next: 'run it from another machine' })
  return outside
}
