import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checksum, parseReply, reset, syn } from '../../lib/host/ip-packet.mts'

const test = suite('ip-packet')
const knock = { source: '10.8.0.254', destination: '10.8.0.1', sourcePort: 20_000, port: 22 }

test('a header and its checksum sum to nothing', () => {
  const packet = syn(knock)
  assert.is(checksum(packet.subarray(0, 20)), 0)
  const pseudo = Buffer.concat([packet.subarray(12, 20), Buffer.from([0, 6, 0, 20]), packet.subarray(20)])
  assert.is(checksum(pseudo), 0)
})

test('the checksum is that of RFC 1071\'s example', () => assert.is(checksum(Buffer.from('0001f203f4f5f6f7', 'hex')), ~0xddf2 & 0xffff))

test('a SYN asks, and a RST carries the number that was asked for', () => {
  assert.equal([syn(knock).readUInt8(33), reset(knock, 77).readUInt8(33), reset(knock, 77).readUInt32BE(24)], [2, 4, 77])
})

for (const [what, flags, answer] of [['SYN-ACK', 0x12, 'open'], ['RST', 0x04, 'refused'], ['RST-ACK', 0x14, 'refused'], ['ACK', 0x10, undefined], ['SYN', 0x02, undefined]] as const) {
  test(`${what} is ${answer ?? 'no answer'}`, () => {
    const packet = syn({ ...knock, sourcePort: 22, port: 20_000 })
    packet.writeUInt8(flags, 33)
    assert.is(parseReply(packet)?.answer, answer)
  })
}

test('destination unreachable is a refusal of the knock that it quotes', () => {
  const icmp = Buffer.concat([Buffer.from('4500003c00000000400100000a0800010a0800fe030a000000000000', 'hex'), syn(knock)])
  icmp.writeUInt16BE(icmp.length, 2)
  assert.equal(parseReply(icmp), { sourcePort: 20_000, port: 22, answer: 'refused', acknowledged: 0 })
})

test('what is cut short or of another kind is no reply', () => {
  for (const bytes of ['', '45', '60'.padEnd(80, '0'), `45000028${'00'.repeat(5)}11${'00'.repeat(30)}`]) assert.is(parseReply(Buffer.from(bytes, 'hex')), undefined)
})

test.run()
