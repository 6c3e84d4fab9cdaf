import { connect } from 'node:net'
import { serverAddress } from './vpn.mts'
import type { Config } from '../engine/config.mts'

export type Road = 'outside' | 'tunnel'

/** The ways to the server's SSH in the order they are tried; the tunnel only where somebody answers in there. */
export async function* roads(config: Config): AsyncGenerator<Road> {
  if (config.SSH_PUBLIC) yield 'outside'
  if (await answersInTunnel(config)) yield 'tunnel'
  if (!config.SSH_PUBLIC) yield 'outside'
}

/** What ssh has to be told to take a way: another address for the same server, with the same pinned key. */
export function roadOptions({ VPN_NETWORK }: Config, road: Road): string[] {
  return road === 'tunnel' ? ['-o', `HostName=${serverAddress(VPN_NETWORK)}`] : []
}

/** Whether an SSH server greets: some networks accept every connection and then say nothing. */
function answersInTunnel({ SSH_PORT, VPN_NETWORK }: Config): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host: serverAddress(VPN_NETWORK), port: SSH_PORT, timeout: 2000 })
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
