import ipaddr from 'ipaddr.js'
import { PODS, SERVICES } from './policy.mts'

/** A person's machine in the tunnel; its private key never leaves it. */
export type Peer = { readonly name: string, readonly address: string, readonly publicKey: string }

/** The name of the peer that the runbooks themselves knock as. */
export const PROBE = 'probe'

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10']

/** The server's address in the tunnel: the network's first. */
export function serverAddress(network: string): string {
  return text(range(network).first + 1)
}

/** The probe's address in the tunnel: the network's last, so that it is in nobody's way. */
export function probeAddress(network: string): string {
  return text(range(network).last - 1)
}

/** Bits of the network's prefix. */
export function prefix(network: string): number {
  return ipaddr.IPv4.parseCIDR(network)[1]
}

/** Peers such as `laptop:10.8.0.2:<public key>`, separated by commas or line breaks; what has another form is left out. */
export function parsePeers(given: string): Peer[] {
  return entries(given).flatMap(entry => peer(entry) ?? [])
}

/** What is wrong with the tunnel's settings as they are written in `.env`, alone and against each other. */
export function vpnProblems(written: Readonly<Record<string, string>>): string[] {
  const network = written.VPN_NETWORK ?? '10.8.0.0/24'
  const given = entries(written.VPN_PEERS ?? '')
  const ports = (written.VPN_PORTS ?? '').split(',').map(port => port.trim()).filter(port => port !== '')
  const ssh = written.SSH_PORT ?? '22'
  const alone = written.SSH_PUBLIC === 'no' && given.length === 0
  return [
    ...(isNetwork(network) ? [...networkProblems(network, written.HOST ?? ''), ...addressProblems(network, parsePeers(written.VPN_PEERS ?? ''))] : []),
    ...given.filter(entry => peer(entry) === undefined).map(entry => `VPN_PEERS has ${entry}, which is not of the form laptop:10.8.0.2:<public key>`),
    ...given.flatMap(entry => keyProblem(entry)),
    ...twice(parsePeers(written.VPN_PEERS ?? '')),
    ...(ports.length > 0 && !ports.includes(ssh) ? [`VPN_PORTS leaves out ${ssh}, which is SSH_PORT: the server is administered through the tunnel`] : []),
    ...(alone ? ['SSH_PUBLIC is no and VPN_PEERS is empty: nobody could come in'] : []),
  ]
}

/** Whether a text is an IPv4 network with its prefix. */
export function isNetwork(given: string): boolean {
  return ipaddr.IPv4.isValidCIDRFourPartDecimal(given)
}

function networkProblems(network: string, host: string): string[] {
  const { first } = range(network)
  const bits = prefix(network)
  if (text(first) !== network.split('/')[0]) return [`VPN_NETWORK ${network} is an address in a network: did you mean ${text(first)}/${bits}?`]
  return [
    ...(bits < 16 || bits > 29 ? [`VPN_NETWORK ${network} has a prefix of ${bits}: a tunnel has 16 to 29`] : []),
    ...(PRIVATE.some(block => within(block, network)) ? [] : [`VPN_NETWORK ${network} is not of the private addresses: ${PRIVATE.join(', ')}`]),
    ...[[PODS, 'the network of the pods'], [SERVICES, 'the network of the services']]
      .filter(([other = '']) => within(other, network) || within(network, other)).map(([other, what]) => `VPN_NETWORK ${network} overlaps ${other}, ${what}`),
    ...(isAddress(host) && within(network, `${host}/32`) ? [`VPN_NETWORK ${network} holds HOST ${host}: the way to the server would lead through its own tunnel`] : []),
  ]
}

function addressProblems(network: string, peers: readonly Peer[]): string[] {
  const taken: Record<string, string> = {
    [serverAddress(network)]: 'the server\'s', [probeAddress(network)]: 'the probe\'s', [text(range(network).first)]: 'the network\'s own', [text(range(network).last)]: 'the broadcast address',
  }
  return peers.flatMap(({ name, address }) => {
    if (!isAddress(address)) return [`VPN_PEERS gives ${name} ${address}, which is not an IPv4 address`]
    if (!within(network, `${address}/32`)) return [`VPN_PEERS gives ${name} ${address}, which is outside VPN_NETWORK ${network}`]
    return taken[address] === undefined ? [] : [`VPN_PEERS gives ${name} ${address}, which is ${taken[address]}`]
  })
}

function keyProblem(entry: string): string[] {
  const { name, publicKey } = peer(entry) ?? {}
  if (name === PROBE || name === 'server') return [`VPN_PEERS has a peer called ${name}: that name is the platform's own`]
  return publicKey === undefined || /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/.test(publicKey) ? [] : [`VPN_PEERS gives ${name} a public key that is none: wg pubkey prints 44 characters, the last is =`]
}

/** Names, addresses and keys that two peers share: WireGuard would give the address to the last one, silently. */
function twice(peers: readonly Peer[]): string[] {
  const same = { name: 'the name', address: 'the address', publicKey: 'the public key' } as const
  return peers.flatMap((one, index) => peers.slice(index + 1).flatMap(other => (Object.keys(same) as (keyof Peer)[])
    .filter(field => one[field] === other[field]).map(field => `VPN_PEERS gives ${one.name} and ${other.name} ${same[field]} ${one[field]}`)))
}

function entries(given: string): string[] {
  return given.split(/[,\n]/).map(entry => entry.trim()).filter(entry => entry !== '')
}

function peer(entry: string): Peer | undefined {
  const [, name, address, publicKey] = /^([A-Za-z0-9][A-Za-z0-9_-]{0,31}):([^:\s]+):([^:\s]+)$/.exec(entry) ?? []
  return name && address && publicKey ? { name, address, publicKey } : undefined
}

function isAddress(given: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(given)
}

function within(outer: string, inner: string): boolean {
  const [a, b] = [range(outer), range(inner)]
  return a.first <= b.first && b.last <= a.last
}

function range(network: string): { first: number, last: number } {
  const [address, bits] = ipaddr.IPv4.parseCIDR(network)
  const size = 2 ** (32 - bits)
  const given = address.toByteArray().reduce((sum, byte) => sum * 256 + byte, 0)
  const first = given - given % size
  return { first, last: first + size - 1 }
}

function text(address: number): string {
  return [24, 16, 8, 0].map(shift => Math.floor(address / 2 ** shift) % 256).join('.')
}
