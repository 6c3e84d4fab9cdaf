import { createSocket, type Socket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { asFailure, unverified } from '../engine/failure.mts'
import { parseReply, question, reset, type Knock } from './ip-packet.mts'
import { initiate, type Session } from './noise.mts'
import type { Protocol } from './policy.mts'
import type { Passage, Ports, Visitor } from './host.mts'

const TRIES = 3
// A lost packet is sent again after this long; silence is this long, three times.
const PATIENCE_MS = 1000
const NOBODY = { open: [], refused: [] }

/** Visits a WireGuard server from user space: a handshake, then one SYN or datagram for each port; what is lost is sent again. */
export async function visit(visitor: Visitor, ports: Ports): Promise<Passage> {
  const socket = await openSocket(visitor)
  const inbox = inboxOf(socket)
  try {
    const greeting = await greet(visitor, socket, inbox)
    if (typeof greeting === 'string') return { handshake: greeting, tcp: NOBODY, udp: NOBODY }
    return { handshake: greeting.ms, ...await knock(visitor, ports, greeting.session, socket, inbox) }
  } finally {
    socket.close()
  }
}

async function openSocket({ host, port }: Visitor): Promise<Socket> {
  const { address, family } = await lookup(host).catch(() => { throw unverified(`the name ${host} is not known here`) })
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4')
  try {
    socket.connect(port, address)
    await once(socket, 'connect')
    return socket
  } catch (thrown) {
    socket.close()
    throw unverified(`this machine has no route to ${host}`, { found: asFailure(thrown).message, next: 'run it from a place that has one' })
  }
}

type Inbox = {
  /** What was heard at all, refusals by ICMP among it. */
  heard(): number
  /** The next datagram, or nothing after so many milliseconds. */
  next(ms: number): Promise<Buffer | undefined>
}

function inboxOf(socket: Socket): Inbox {
  const waiting: Buffer[] = []
  let heard = 0
  let wake = () => {}
  socket.on('message', message => {
    heard += 1
    waiting.push(message)
    wake()
  })
  socket.on('error', () => { heard += 1 })
  return {
    heard: () => heard,
    async next(ms) {
      if (waiting.length === 0) await Promise.race([new Promise<void>(resolve => { wake = resolve }), sleep(ms, undefined, { ref: false })])
      return waiting.shift()
    },
  }
}

async function greet({ privateKey, serverKey }: Visitor, socket: Socket, inbox: Inbox): Promise<{ session: Session, ms: number } | 'silence' | 'noise'> {
  const keys = { privateKey: Buffer.from(privateKey.reveal(), 'base64'), serverKey: Buffer.from(serverKey, 'base64') }
  for (let tries = 0; tries < TRIES; tries++) {
    const { message, complete } = initiate(keys)
    const start = performance.now()
    socket.send(message)
    const session = await firstOf(inbox, complete, () => true)
    if (session) return { session, ms: Math.round((performance.now() - start) * 10) / 10 }
  }
  return inbox.heard() > 0 ? 'noise' : 'silence'
}

async function knock({ source, destination }: Visitor, { tcp = [], udp = [] }: Ports, session: Session, socket: Socket, inbox: Inbox): Promise<Pick<Passage, Protocol>> {
  const first = 20_000 + Math.floor(Math.random() * 20_000)
  const doors = [...tcp.map(port => ({ protocol: 'tcp', port }) as const), ...udp.map(port => ({ protocol: 'udp', port }) as const)]
  const knocks = doors.map((door, index) => ({ ...door, source, destination, sourcePort: first + index }))
  const answers = new Map<Knock, 'open' | 'refused'>()
  for (let tries = 0; tries < TRIES && answers.size < knocks.length; tries++) {
    for (const each of knocks.filter(knock => !answers.has(knock))) socket.send(session.seal(question(each)))
    await firstOf(inbox, message => parseReply(session.open(message) ?? Buffer.alloc(0)), reply => {
      const knocked = knocks.find(({ protocol, sourcePort, port }) => protocol === reply.protocol && sourcePort === reply.sourcePort && port === reply.port)
      if (knocked === undefined) return false
      if (reply.answer === 'open' && reply.protocol === 'tcp') socket.send(session.seal(reset(knocked, reply.acknowledged)))
      answers.set(knocked, reply.answer)
      return answers.size === knocks.length
    })
  }
  const having = (protocol: Protocol, answer: string) => knocks.filter(knock => knock.protocol === protocol && answers.get(knock) === answer).map(({ port }) => port)
  return { tcp: { open: having('tcp', 'open'), refused: having('tcp', 'refused') }, udp: { open: having('udp', 'open'), refused: having('udp', 'refused') } }
}

/** The first thing read from the inbox that is enough, as long as patience lasts. */
async function firstOf<T>(inbox: Inbox, read: (message: Buffer) => T | undefined, enough: (found: T) => boolean): Promise<T | undefined> {
  const end = performance.now() + PATIENCE_MS
  for (let left = PATIENCE_MS; left > 0; left = end - performance.now()) {
    const message = await inbox.next(left)
    const found = message && read(message)
    if (found !== undefined && enough(found)) return found
  }
  return undefined
}
