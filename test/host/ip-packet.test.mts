import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checksum, parseReply, question, reset } from '../../lib/host/ip-packet.mts'

const test = suite('ip-packet')
const tcp = { protocol: 'tcp', source: '10.8.0.254', destination: '10.8.0.1', sourcePort: 20_000, port: 22 } as const
const udp = { ...tcp, protocol: 'udp', port: 8472 } as const

for (const knock of [tcp, udp]) {
  test(`a header, a ${knock.protocol} body and their checksums sum to nothing`, () => {
    const packet = question(knock)
    const [header, body] = [packet.subarray(0, 20), packet.subarray(20)]
    assert.is(checksum(header), 0)
    assert.is(checksum(Buffer.concat([packet.subarray(12, 20), Buffer.from([0, packet.readUInt8(9), 0, body.length]), body])), 0)
    assert.is(packet.readUInt16BE(2), packet.length)
  })

  test(`destination unreachable is a refusal of the ${knock.protocol} knock that it quotes`, () => {
    const icmp = Buffer.concat([Buffer.from('4500003c00000000400100000a0800010a0800fe030a000000000000', 'hex'), question(knock)])
    icmp.writeUInt16BE(icmp.length, 2)
    assert.equal(parseReply(icmp), { protocol: knock.protocol, sourcePort: 20_000, port: knock.port, answer: 'refused', acknowledged: 0 })
  })
}

test('the checksum is that of RFC 1071\'s example', () => assert.is(checksum(Buffer.from('0001f203f4f5f6f7', 'hex')), ~0xddf2 & 0xffff))

test('a SYN asks, and a RST carries the number that was asked for', () => {
  assert.equal([question(tcp).readUInt8(33), reset(tcp, 77).readUInt8(33), reset(tcp, 77).readUInt32BE(24)], [2, 4, 77])
})

for (const [what, flags, answer] of [['SYN-ACK', 0x12, 'open'], ['RST', 0x04, 'refused'], ['RST-ACK', 0x14, 'refused'], ['ACK', 0x10, undefined], ['SYN', 0x02, undefined]] as const) {
  test(`${what} is ${answer ?? 'no answer'}`, () => {
    const packet = question({ ...tcp, sourcePort: 22, port: 20_000 })
    packet.writeUInt8(flags, 33)
    assert.is(parseReply(packet)?.answer, answer)
  })
}

test('a datagram that comes back is an answer', () => {
  assert.equal(parseReply(question({ ...udp, sourcePort: 8472, port: 20_000 })), { protocol: 'udp', sourcePort: 20_000, port: 8472, answer: 'open', acknowledged: 0 })
})

test('what is cut short or of another kind is no reply', () => {
  for (const bytes of ['', '45', '60'.padEnd(80, '0'), `45000028${'00'.repeat(5)}2f${'00'.repeat(30)}`, `4500001b${'00'.repeat(5)}11${'00'.repeat(18)}`]) assert.is(parseReply(Buffer.from(bytes, 'hex')), undefined)
})

test.run()
