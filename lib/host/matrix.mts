import { oneOf, type Want } from '../engine/want.mts'
import { unverified } from '../engine/failure.mts'
import { PORTS } from './exposure.mts'
import { openFrom, portsOf, VPN_PORT } from './policy.mts'
import { inside } from './tunnel.mts'
import type { Config } from '../engine/config.mts'
import type { Fact } from '../engine/claim.mts'
import type { Answers, Host } from './host.mts'

/** What a port answers from one side: `open`, `refused` (nobody listens), `silent` (walled off; of UDP no more than that nothing answered), or `handshake`. */
export type Answer = 'open' | 'refused' | 'silent' | 'handshake'

/** The answers of each port of the policy, from outside and through the tunnel; UDP from outside is knocked at where it has to answer. */
export type Matrix = Record<string, { readonly outside: Answer, readonly tunnel: Answer } | { readonly tunnel: Answer }>

/** Knocks at each port of the policy from both sides. */
export function answers(host: Host, config: Config, folder: string): Fact<Matrix> {
  return async () => {
    if (!host.outside) throw unverified('this is the host itself: what is open is seen from outside only', { next: 'run it from another machine' })
    const [tcp, udp] = [portsOf(config, 'tcp'), portsOf(config, 'udp')]
    const within = await inside(host, config, folder, { tcp, udp })
    const without = await host.outside.answers(config.HOST, 4, tcp)
    // Nobody gets inside without a handshake.
    const handshake = (port: number) => port === VPN_PORT && { outside: 'handshake' as const }
    return {
      ...Object.fromEntries(tcp.map(port => [`tcp/${port}`, { outside: answer(without, port), tunnel: answer(within.tcp, port) }])),
      ...Object.fromEntries(udp.map(port => [`udp/${port}`, { ...handshake(port), tunnel: answer(within.udp, port) }])),
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
    ...Object.fromEntries(portsOf(config, 'tcp').map(port => [`tcp/${port}`, { outside: wanted('outside', port), tunnel: wanted('vpn', port) }])),
    ...Object.fromEntries(portsOf(config, 'udp').map(port => [`udp/${port}`, { ...(port === VPN_PORT && { outside: 'handshake' as const }), tunnel: 'silent' as const }])),
  }
}

/** The TCP ports that answer through the tunnel although the policy names them on neither side. */
export function others(host: Host, config: Config, folder: string): Fact<Answers> {
  return async () => (await inside(host, config, folder, { tcp: PORTS.filter(port => !portsOf(config, 'tcp').includes(port)) })).tcp
}

/** What came back from one port. */
export function answer({ open, refused }: Answers, port: number): 'open' | 'refused' | 'silent' {
  return open.includes(port) ? 'open' : refused.includes(port) ? 'refused' : 'silent'
}
