import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { visit } from '../../lib/host/tunnel-probe.mts'
import { newPrivateKey, publicKey } from '../../lib/secrets/wireguard-key.mts'
import { SILENCE } from './answering.mts'

const test = suite('tunnel-probe')

/** A door on this machine that hears, and answers what it is told to; gives back what the visitor met and what was heard. */
async function knockAt(answer?: (message: Buffer, door: Socket, port: number) => void) {
  const door = createSocket('udp4')
  const heard: Buffer[] = []
  door.on('message', (message, { port }) => {
    heard.push(message)
    answer?.(message, door, port)
  })
  door.bind(0, '127.0.0.1')
  await once(door, 'listening')
  const visitor = { who: 'probe', host: '127.0.0.1', port: door.address().port, serverKey: publicKey(newPrivateKey()), privateKey: newPrivateKey(), source: '10.8.0.254', destination: '10.8.0.1' }
  const passage = await visit(visitor, { tcp: [22], udp: [51_820] }).finally(() => door.close())
  return { passage, heard }
}

test('silence is believed after three tries, each another handshake', async () => {
  const { passage, heard } = await knockAt()
  assert.equal(passage, SILENCE)
  assert.equal([heard.length, new Set(heard.map(String)).size, heard.every(({ length }) => length === 148)], [3, 3, true])
})

test('an answer that is none is noise, and nobody is let in by it', async () => {
  const { passage } = await knockAt((message, door, port) => {
    const reply = Buffer.alloc(92)
    reply.writeUInt8(2, 0)
    message.copy(reply, 8, 4, 8)
    door.send(reply, port, '127.0.0.1')
  })
  assert.is(passage.handshake, 'noise')
})

test('a port where nobody listens is noise, too: something said so', async () => {
  const door = createSocket('udp4').bind(0, '127.0.0.1')
  await once(door, 'listening')
  const { port } = door.address()
  door.close()
  const visitor = { who: 'probe', host: '127.0.0.1', port, serverKey: publicKey(newPrivateKey()), privateKey: newPrivateKey(), source: '10.8.0.254', destination: '10.8.0.1' }
  assert.is((await visit(visitor, {})).handshake, 'noise')
})

test.run()
