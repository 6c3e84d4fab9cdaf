import { lines } from './lines.mts'
import { policy } from './policy.mts'
import type { Config } from '../engine/config.mts'
import type { Fact } from '../engine/claim.mts'
import type { Matcher } from '../engine/want.mts'
import type { Host } from './host.mts'

// What keeps the host's own address: DHCP clients.
const ALWAYS_ALLOWED = /^udp\/(68|546) (dhclient|dhcpcd|systemd-network)$/

/** What listens on more than the loopback, such as `tcp/22 sshd`; UDP by its bound port. */
export function listening(host: Host): Fact<string[]> {
  return async () => parseListeners(await host.read('ss -H -l -n -t -u -p'))
}

/** The TCP ports that anything listens on, the loopback's too. */
export function ports(host: Host): Fact<number[]> {
  return async () => {
    const found = lines(await host.read('ss -H -l -n -t')).map(line => Number(/:(\d+)\s/.exec(line)?.[1]))
    return [...new Set(found)].sort((one, other) => one - other)
  }
}

/** Holds when the listeners that are always there are, and every other one is declared by the policy or the configuration. */
export function asDeclared(config: Config): Matcher<string[]> {
  const openings = policy(config).filter(({ listeners }) => listeners.length > 0)
  const required = [...new Set(openings.filter(({ always }) => always).map(({ protocol, port }) => `${protocol}/${port}`))]
  const declared = new Set(openings.flatMap(({ protocol, port, listeners }) => listeners.map(name => `${protocol}/${port} ${name}`.trim())))
  const portOf = (listener: string) => listener.split(' ')[0] ?? ''
  return {
    wants: [...required, ...config.EXTRA_LISTENERS].join(', ') + ', and nothing that is not declared',
    matches: found => required.every(port => found.some(listener => portOf(listener) === port))
      && found.every(listener => declared.has(listener) || config.EXTRA_LISTENERS.includes(portOf(listener)) || ALWAYS_ALLOWED.test(listener)),
  }
}

/** Parses `ss -H -lntup`: state, queues, local address and port, peer, process. */
export function parseListeners(text: string): string[] {
  const found = text.split('\n').flatMap(line => {
    const [protocol, , , , local = '', , process = ''] = line.trim().split(/\s+/)
    const [, address = '', port = ''] = /^(.*):(\d+)$/.exec(local) ?? []
    if (port === '' || /^(127\.|\[::1\]|\[::ffff:127\.)/.test(address) || /%lo$/.test(address)) return []
    return [`${protocol}/${port} ${/"([^"]+)"/.exec(process)?.[1] ?? ''}`.trim()]
  })
  return [...new Set(found)].sort()
}
