import { oneOf, type Want } from '../engine/want.mts'
import { unverified } from '../engine/failure.mts'
import { PORTS } from './exposure.mts'
import { openFrom, policy, VPN_PORT } from './policy.mts'
import { inside } from './tunnel.mts'
import type { Config } from '../engine/config.mts'
import type { Fact } from '../engine/claim.mts'
import type { Answers, Host } from './host.mts'

/** What a port answers from one side: `open`, `refused` (nobody listens), `silent` (walled off), or `handshake`. */
export type Answer = 'open' | 'refused' | 'silent' | 'handshake'

/** The answers of each port of the policy, from outside and through the tunnel. */
export type Matrix = Record<string, { readonly outside: Answer, readonly tunnel?: Answer }>

/** Knocks at each port of the policy from both sides. */
export function answers(host: Host, config: Config, folder: string): Fact<Matrix> {
  return async () => {
    if (!host.outside) throw unverified('this is the host itself: what is open is seen from outside only', { next: 'run it from another machine' })
    const ports = tcpPorts(config)
    const within = await inside(host, config, folder, ports)
    const without = await host.outside.answers(config.HOST, 4, ports)
    return {
      ...Object.fromEntries(ports.map(port => [`tcp/${port}`, { outside: answer(without, port), tunnel: answer(within, port) }])),
      [`udp/${VPN_PORT}`]: { outside: 'handshake' },
    }
  }
}

/** What the policy wants of each: open where SSH is, an answer where it opens, silence everywhere else. */
export function asDeclared(config: Config): Want<Matrix> {
  const wanted = (from: 'outside' | 'vpn', port: number): Want<Answer> => {
    if (!openFrom(config, from, 'tcp').includes(port)) return 'silent'
    return port === config.SSH_PORT ? 'open' : oneOf<Answer>('open', 'refused')
  }
  return {
    ...Object.fromEntries(tcpPorts(config).map(port => [`tcp/${port}`, { outside: wanted('outside', port), tunnel: wanted('vpn', port) }])),
    [`udp/${VPN_PORT}`]: { outside: 'handshake' },
  }
}

/** The ports that answer through the tunnel although the policy names them on neither side. */
export function others(host: Host, config: Config, folder: string): Fact<Answers> {
  return async () => {
    const { open, refused } = await inside(host, config, folder, PORTS.filter(port => !tcpPorts(config).includes(port)))
    return { open, refused }
  }
}

function answer({ open, refused }: Answers, port: number): Answer {
  return open.includes(port) ? 'open' : refused.includes(port) ? 'refused' : 'silent'
}

function tcpPorts(config: Config): number[] {
  return [...new Set(policy(config).filter(({ protocol }) => protocol === 'tcp').map(({ port }) => port))].sort((one, other) => one - other)
}
