import { createServer } from 'node:net'
import { once } from 'node:events'
import { Failure } from '../engine/failure.mts'
import { API_PORT, UI_PORT } from './policy.mts'
import { serverAddress } from './vpn.mts'
import type { Config } from '../engine/config.mts'

const LOOPBACK = '127.0.0.1'
const TRIES = 3

/** What sshd lets a connection forward to: the Kubernetes API, on the host's loopback and at its address in the tunnel, and Argo CD there. */
export function forwards({ VPN_NETWORK }: Config): string[] {
  const address = serverAddress(VPN_NETWORK)
  return [`${LOOPBACK}:${API_PORT}`, `${address}:${API_PORT}`, `${address}:${UI_PORT}`]
}

/** How asking a connection for a forward such as `127.0.0.1:40001:10.8.0.1:6443` ended. */
export type Ask = (forward: string) => Promise<{ readonly exitCode: number | null, readonly stderr: string }>

/**
 * A port of this machine's loopback that leads to the target over a connection; `known` are the connection's ports by
 * target. A known one is asked for again, which changes nothing and tells a connection that is gone: that throws `lost`.
 */
export async function forwarded(known: Map<string, number>, target: string, ask: Ask): Promise<number> {
  let said = ''
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = known.get(target) ?? await freePort()
    const { exitCode, stderr } = await ask(`${LOOPBACK}:${port}:${target}`)
    if (exitCode === 0) {
      known.set(target, port)
      return port
    }
    known.delete(target)
    said = stderr.trim()
    if (!/forwarding request failed/.test(said)) throw new Failure('the link that a forward needs is gone', { found: said.split('\n').at(-1), next: 'run the same command again' }, 'lost')
  }
  throw new Failure(`no port of this machine could be forwarded to ${target}`, { expected: `a free port of ${LOOPBACK}`, found: said, next: 'see what listens here: ss -lntp' })
}

/** A port that nobody listens on at this moment; whoever takes it before ssh does costs a try. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, LOOPBACK)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' ? address?.port ?? 0 : 0
}
