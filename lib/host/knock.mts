import { lookup } from 'node:dns/promises'
import { connect } from 'node:net'
import { unverified } from '../engine/failure.mts'
import type { Answers, Family } from './host.mts'

// A filtered port never answers: this is how long it is given to do so.
const PATIENCE_MS = 2000

/** Which TCP ports of a host answer, with SYN-ACK (open) or RST (refused). Unverified where this machine has no route. */
export async function knock(host: string, family: Family, ports: readonly number[]): Promise<Answers> {
  // An address of the other family is looked up to itself.
  const address = await lookup(host, { family }).catch(() => undefined)
  if (address?.family !== family) throw unverified(`${host} has no IPv${family} address that is known here`)
  const answers = await Promise.all(ports.map(async port => ({ port, code: await answer(address.address, port) })))
  if (answers.some(({ code }) => code === 'ENETUNREACH' || code === 'EADDRNOTAVAIL')) {
    throw unverified(`this machine has no IPv${family} route to ${address.address}`, { next: 'run it from a place that has one, or waive the claim in .env' })
  }
  const having = (code: string) => answers.filter(answer => answer.code === code).map(({ port }) => port)
  return { open: having('open'), refused: having('ECONNREFUSED') }
}

function answer(host: string, port: number): Promise<string> {
  return new Promise(resolve => {
    const socket = connect({ host, port, timeout: PATIENCE_MS })
    const done = (code: string) => {
      socket.destroy()
      resolve(code)
    }
    socket.once('connect', () => done('open'))
    socket.once('timeout', () => done('silent'))
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? 'error'))
  })
}
