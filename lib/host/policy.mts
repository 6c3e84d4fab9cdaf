import type { Config } from '../engine/config.mts'

export type Protocol = 'tcp' | 'udp'

/** One thing that may be reached, from where, and the processes that may listen for it. */
export type Opening = {
  readonly port: number
  readonly protocol: Protocol
  /** `outside`: from everywhere, in both families. `vpn`: through the tunnel only. */
  readonly from: 'outside' | 'vpn'
  /** Process names; none where the port is forwarded and nothing listens on the host itself. */
  readonly listeners: readonly string[]
  /** A listener is there from 01-baseline on; else a later phase brings it. */
  readonly always?: true
}

/** Where WireGuard listens. */
export const VPN_PORT = 51820

/** Everything that is open, on any platform this repository builds: UFW, the wall, the exposure matrix and the docs follow it. */
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
    ...config.VPN_PORTS.filter(port => port !== config.SSH_PORT).map(port => ({ port, protocol: 'tcp', from: 'vpn', listeners: [] }) as const),
  ]
}

/** The openings from one side. */
export function openFrom(config: Config, from: Opening['from'], protocol: Protocol): number[] {
  return policy(config).filter(opening => opening.from === from && opening.protocol === protocol).map(({ port }) => port)
}

/** What an SSH connection may forward to: the Kubernetes API, from the host's own side. */
export const FORWARDS = ['127.0.0.1:6443']

/** Networks that exist only on the inside: pods, services, and the tunnel. */
export const PODS = '10.42.0.0/16'
export const SERVICES = '10.43.0.0/16'
