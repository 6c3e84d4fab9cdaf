import { randomBytes } from 'node:crypto'
import type { Protocol } from './policy.mts'

/** One knock at a port: from which address and port, at which. */
export type Knock = { readonly protocol: Protocol, readonly source: string, readonly destination: string, readonly sourcePort: number, readonly port: number }

/** What came back for the knock from this source port at this port: SYN-ACK or a datagram, or a refusal by RST or ICMP. */
export type Reply = { readonly protocol: Protocol, readonly sourcePort: number, readonly port: number, readonly answer: 'open' | 'refused', readonly acknowledged: number }

const NUMBERS: Readonly<Record<Protocol, number>> = { tcp: 6, udp: 17 }
const ICMP = 1
const SYN = 2
const RST = 4
const ACK = 16

/** An IPv4 packet that asks for an answer: a TCP SYN, or a UDP datagram with nothing in it. */
export function question(knock: Knock): Buffer {
  return packet(knock, knock.protocol === 'tcp' ? segment(knock, SYN, randomBytes(4).readUInt32BE()) : datagram(knock))
}

/** An IPv4 packet with the TCP RST that takes a knock back, so that nothing stays half open there. */
export function reset(knock: Knock, acknowledged: number): Buffer {
  return packet(knock, segment(knock, RST, acknowledged))
}

/** Reads an IPv4 packet; nothing when it is no reply to a knock. */
export function parseReply(bytes: Buffer): Reply | undefined {
  if (bytes.length < 28 || bytes.readUInt8(0) >> 4 !== 4) return undefined
  const body = bytes.subarray(headerLength(bytes), bytes.readUInt16BE(2))
  const protocol = protocolOf(bytes)
  if (protocol === 'tcp' && body.length >= 20) {
    const flags = body.readUInt8(13)
    const answer = flags & RST ? 'refused' : (flags & (SYN | ACK)) === (SYN | ACK) ? 'open' : undefined
    return answer && { protocol, sourcePort: body.readUInt16BE(2), port: body.readUInt16BE(0), answer, acknowledged: body.readUInt32BE(8) }
  }
  if (protocol === 'udp' && body.length >= 8) return { protocol, sourcePort: body.readUInt16BE(2), port: body.readUInt16BE(0), answer: 'open', acknowledged: 0 }
  // Destination unreachable: it quotes the packet that it is about.
  if (bytes.readUInt8(9) === ICMP && body.length >= 8 + 28 && body.readUInt8(0) === 3) {
    const quoted = body.subarray(8)
    const about = protocolOf(quoted)
    const ports = headerLength(quoted)
    return about && { protocol: about, sourcePort: quoted.readUInt16BE(ports), port: quoted.readUInt16BE(ports + 2), answer: 'refused', acknowledged: 0 }
  }
  return undefined
}

function segment({ sourcePort, port }: Knock, flags: number, sequence: number): Buffer {
  const tcp = Buffer.alloc(20)
  tcp.writeUInt16BE(sourcePort, 0)
  tcp.writeUInt16BE(port, 2)
  tcp.writeUInt32BE(sequence, 4)
  tcp.writeUInt8(5 << 4, 12)
  tcp.writeUInt8(flags, 13)
  tcp.writeUInt16BE(64_240, 14)
  return tcp
}

function datagram({ sourcePort, port }: Knock): Buffer {
  const udp = Buffer.alloc(8)
  udp.writeUInt16BE(sourcePort, 0)
  udp.writeUInt16BE(port, 2)
  udp.writeUInt16BE(udp.length, 4)
  return udp
}

function packet({ protocol, source, destination }: Knock, body: Buffer): Buffer {
  const number = NUMBERS[protocol]
  const addresses = Buffer.from([source, destination].flatMap(address => address.split('.').map(Number)))
  // The checksum's place in the body; of a datagram one of 0 would mean that there is none.
  const sum = checksum(Buffer.concat([addresses, Buffer.from([0, number, 0, body.length]), body]))
  body.writeUInt16BE(protocol === 'udp' ? sum || 0xffff : sum, protocol === 'udp' ? 6 : 16)
  const header = Buffer.alloc(20)
  header.writeUInt8(0x45, 0)
  header.writeUInt16BE(header.length + body.length, 2)
  header.writeUInt8(64, 8)
  header.writeUInt8(number, 9)
  addresses.copy(header, 12)
  header.writeUInt16BE(checksum(header), 10)
  return Buffer.concat([header, body])
}

/** The Internet checksum (RFC 1071) of an even number of bytes. */
export function checksum(bytes: Buffer): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

function protocolOf(bytes: Buffer): Protocol | undefined {
  const number = bytes.readUInt8(9)
  return number === NUMBERS.tcp ? 'tcp' : number === NUMBERS.udp ? 'udp' : undefined
}

function headerLength(bytes: Buffer): number {
  return (bytes.readUInt8(0) & 15) * 4
}
