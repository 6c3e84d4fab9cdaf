import { createPrivateKey, createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { blake2s } from '@noble/hashes/blake2.js'
import { hmac } from '@noble/hashes/hmac.js'
import { parseReply } from '../../lib/host/ip-packet.mts'
import { initiate, tai64n } from '../../lib/host/noise.mts'
import { newPrivateKey, publicKey } from '../../lib/secrets/wireguard-key.mts'

type Recorded = Readonly<Record<'server' | 'probe' | 'ephemeral' | 'index' | 'time' | 'initiation' | 'response', string>> & { readonly replies: readonly string[] }

const test = suite('noise')
const recorded = JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/wireguard/wireguard-go 0.0.20220316.json'), 'utf8')) as Recorded
const bytes = (text: string) => Buffer.from(text, 'hex')
const keys = { privateKey: bytes(recorded.probe), serverKey: bytes(recorded.server) }
const fresh = { ephemeral: bytes(recorded.ephemeral), index: bytes(recorded.index), time: bytes(recorded.time) }
const response = bytes(recorded.response)

test('the initiation is the one that wireguard-go answered', () => {
  assert.is(initiate(keys, fresh).message.toString('hex'), recorded.initiation)
})

test('its recorded response makes a session that opens its recorded packets', () => {
  const session = initiate(keys, fresh).complete(response)
  const packets = recorded.replies.map(reply => parseReply(session?.open(bytes(reply)) ?? Buffer.alloc(0)))
  assert.equal(packets.map(packet => [packet?.sourcePort, packet?.port, packet?.answer]), [[20_000, 22, 'open'], [20_001, 81, 'refused']])
})

test('a response with one bit changed, cut short, or of another handshake makes no session', () => {
  const { complete } = initiate(keys, fresh)
  for (const at of [0, 8, 12, 43, 44, 59]) {
    const changed = Buffer.from(response)
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
    assert.is(complete(changed), undefined, `byte ${at}`)
  }
  assert.is(complete(response.subarray(0, 91)), undefined)
  assert.is(complete(Buffer.alloc(0)), undefined)
  assert.is(initiate(keys).complete(response), undefined)
})

test('a packet with one bit changed, or of another session, is not opened', () => {
  const session = initiate(keys, fresh).complete(response)
  const reply = bytes(recorded.replies[0] ?? '')
  reply.writeUInt8(reply.readUInt8(40) ^ 1, 40)
  assert.is(session?.open(reply), undefined)
  assert.is(session?.open(Buffer.concat([Buffer.from([4, 0, 0, 0]), Buffer.alloc(60)])), undefined)
  assert.is(session?.open(Buffer.alloc(3)), undefined)
})

test('each handshake is another, and each message of a session', () => {
  assert.not.equal(initiate(keys).message, initiate(keys).message)
  const session = initiate(keys, fresh).complete(response)
  assert.not.equal(session?.seal(Buffer.from('once')), session?.seal(Buffer.from('once')))
})

test('a message is a header and a packet padded to sixteen bytes with its tag', () => {
  const session = initiate(keys, fresh).complete(response)
  assert.equal([0, 1, 16, 17, 40].map(length => session?.seal(Buffer.alloc(length)).length), [32, 48, 48, 64, 80])
})

test('the time is TAI64N: 2^62 and ten seconds ahead of Unix, then nanoseconds', () => {
  assert.is(tai64n(0).toString('hex'), '400000000000000a00000000')
  assert.is(tai64n(1_700_000_000_250).toString('hex'), '400000006553f10a0ee6b280')
})

test('blake2s and its HMAC are those of RFC 7693 and RFC 2104', () => {
  assert.is(Buffer.from(blake2s(Buffer.from('abc'))).toString('hex'), '508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982')
  const block = (fill: number) => Buffer.alloc(64, fill)
  const inner = blake2s(Buffer.concat([block(0x36), Buffer.from('abc')]))
  assert.equal(hmac(blake2s, new Uint8Array(0), Buffer.from('abc')), blake2s(Buffer.concat([block(0x5c), inner])))
})

test('a public key belongs to its private one as OpenSSL has it, and a private key does not print', () => {
  const privateKey = newPrivateKey()
  const der = Buffer.concat([bytes('302e020100300506032b656e04220420'), Buffer.from(privateKey.reveal(), 'base64')])
  const { x = '' } = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })).export({ format: 'jwk' })
  assert.is(publicKey(privateKey), Buffer.from(x, 'base64url').toString('base64'))
  assert.is(`${privateKey}`, '[redacted]')
})

test.run()
