import type { Config } from '../engine/config.mts'

export type Protocol = 'tcp' | 'udp'

/** One port, from where it may be reached, and the processes that may listen on it. */
export type Opening = {
  readonly port: number
  readonly protocol: Protocol
  /** `outside`: from everywhere, in both families. `vpn`: through the tunnel only. `nowhere`: something may listen, and nobody reaches it. */
  readonly from: 'outside' | 'vpn' | 'nowhere'
  /** Process names, an empty one for the kernel; none where the port is forwarded and nothing listens on the host itself. */
  readonly listeners: readonly string[]
  /** A listener is there from 01-baseline on; else a later phase brings it. */
  readonly always?: true
}

/** Where WireGuard listens. */
export const VPN_PORT = 51820

/** Where the Kubernetes API listens. */
export const API_PORT = 6443

/** Where Argo CD's UI and API answer, by ServiceLB. */
export const UI_PORT = 8443

/** Everything that is open, and what listens closed, on any platform this repository builds: UFW, the wall, the exposure matrix and the docs follow it. */
export function policy(config: Config): readonly Opening[] {
  const ssh = { port: config.SSH_PORT, protocol: 'tcp', listeners: ['sshd', 'systemd'], always: true } as const
  // Who came from outside leaves that door open: 22 closes only behind somebody whom the tunnel carried in.
  const open = config.SSH_PUBLIC || config.road !== 'tunnel'
  return [
    ...(open ? [{ ...ssh, from: 'outside' } as const] : []),
    { port: 80, protocol: 'tcp', from: 'outside', listeners: [] },
    { port: 443, protocol: 'tcp', from: 'outside', listeners: [] },
    { port: VPN_PORT, protocol: 'udp', from: 'outside', listeners: ['wireguard-go', ''] },
    { ...ssh, from: 'vpn' },
    { port: API_PORT, protocol: 'tcp', from: 'vpn', listeners: ['k3s-server'] },
    { port: UI_PORT, protocol: 'tcp', from: 'vpn', listeners: [] },
    ...config.VPN_PORTS.filter(port => ![config.SSH_PORT, API_PORT, UI_PORT].includes(port)).map(port => ({ port, protocol: 'tcp', from: 'vpn', listeners: [] }) as const),
    // The kubelet's and flannel's, which K3s binds to every address.
    { port: 10_250, protocol: 'tcp', from: 'nowhere', listeners: ['k3s-server'] },
    { port: 8472, protocol: 'udp', from: 'nowhere', listeners: [''] },
  ]
}

/** The ports that are open from one side. */
export function openFrom(config: Config, from: Opening['from'], protocol: Protocol): number[] {
  return policy(config).filter(opening => opening.from === from && opening.protocol === protocol).map(({ port }) => port)
}

/** Every port of the policy, each once and in order, wherever it is open. */
export function portsOf(config: Config, protocol: Protocol): number[] {
  return [...new Set(policy(config).filter(opening => opening.protocol === protocol).map(({ port }) => port))].sort((one, other) => one - other)
}

/** Networks that exist only on the inside: pods, services, and the tunnel. */
export const PODS = '10.42.0.0/16'
export const SERVICES = '10.43.0.0/16'
