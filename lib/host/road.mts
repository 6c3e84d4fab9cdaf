import { connect } from 'node:net'
import { knock } from './knock.mts'
import { serverAddress } from './vpn.mts'
import type { Config } from '../engine/config.mts'
import type { Session } from './host.mts'

export type Road = 'outside' | 'tunnel'

/** The ways to the server's SSH in the order they are tried; the tunnel only where somebody answers in there. */
export async function* roads(config: Config): AsyncGenerator<Road> {
  if (config.SSH_PUBLIC) yield 'outside'
  if (await greets(serverAddress(config.VPN_NETWORK), config.SSH_PORT)) yield 'tunnel'
  if (!config.SSH_PUBLIC) yield 'outside'
}

/** What ssh has to be told to take a way: another address for the same server, with the same pinned key. */
export function roadOptions({ VPN_NETWORK }: Config, road: Road): string[] {
  return road === 'tunnel' ? ['-o', `HostName=${serverAddress(VPN_NETWORK)}`] : []
}

/**
 * Where a full TCP session to a port of the server in its tunnel is had: over this machine's own route when the server's
 * SSH greets there and the port answers, else over what `forward` opens.
 */
export async function session({ SSH_PORT }: Config, address: string, port: number, forward: (address: string, port: number) => Promise<number>): Promise<Session> {
  const direct = await greets(address, SSH_PORT) && (await knock(address, 4, [port])).open.includes(port)
  return direct ? { via: 'route', host: address, port } : { via: 'forward', host: '127.0.0.1', port: await forward(address, port) }
}

/** Whether an SSH server greets: some networks accept every connection and then say nothing. */
function greets(host: string, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host, port, timeout: 2000 })
    const done = (greeted: boolean) => {
      socket.destroy()
      resolve(greeted)
    }
    socket.once('data', data => done(data.toString('latin1').startsWith('SSH-')))
    socket.once('timeout', () => done(false))
    socket.once('error', () => done(false))
    socket.once('end', () => done(false))
  })
}
