import { randomBytes } from 'node:crypto'

/** One knock at a TCP port: from which address and port, at which. */
export type Knock = { readonly source: string, readonly destination: string, readonly sourcePort: number, readonly port: number }

/** What came back for the knock from this source port at this port: SYN-ACK, or a refusal by RST or ICMP. */
export type Reply = { readonly sourcePort: number, readonly port: number, readonly answer: 'open' | 'refused', readonly acknowledged: number }

const SYN = 2
const RST = 4
const ACK = 16

/** An IPv4 packet with a TCP SYN. */
export function syn(knock: Knock): Buffer {
  return packet(knock, SYN, randomBytes(4).readUInt32BE())
}

/** An IPv4 packet with the TCP RST that takes a knock back, so that nothing stays half open there. */
export function reset(knock: Knock, acknowledged: number): Buffer {
  return packet(knock, RST, acknowledged)
}

/** Reads an IPv4 packet; nothing when it is no reply to a knock. */
export function parseReply(bytes: Buffer): Reply | undefined {
  if (bytes.length < 28 || bytes.readUInt8(0) >> 4 !== 4) return undefined
  const body = bytes.subarray(headerLength(bytes), bytes.readUInt16BE(2))
  if (bytes.readUInt8(9) === 6 && body.length >= 20) {
    const flags = body.readUInt8(13)
    const answer = flags & RST ? 'refused' : (flags & (SYN | ACK)) === (SYN | ACK) ? 'open' : undefined
    return answer && { sourcePort: body.readUInt16BE(2), port: body.readUInt16BE(0), answer, acknowledged: body.readUInt32BE(8) }
  }
  // Destination unreachable: it quotes the packet that it is about.
  if (bytes.readUInt8(9) === 1 && body.length >= 8 + 28 && body.readUInt8(0) === 3) {
    const quoted = body.subarray(8)
    const ports = headerLength(quoted)
    return { sourcePort: quoted.readUInt16BE(ports), port: quoted.readUInt16BE(ports + 2), answer: 'refused', acknowledged: 0 }
  }
  return undefined
}

function packet({ source, destination, sourcePort, port }: Knock, flags: number, sequence: number): Buffer {
  const tcp = Buffer.alloc(20)
  tcp.writeUInt16BE(sourcePort, 0)
  tcp.writeUInt16BE(port, 2)
  tcp.writeUInt32BE(sequence, 4)
  tcp.writeUInt8(5 << 4, 12)
  tcp.writeUInt8(flags, 13)
  tcp.writeUInt16BE(64_240, 14)
  const addresses = Buffer.from([source, destination].flatMap(address => address.split('.').map(Number)))
  tcp.writeUInt16BE(checksum(Buffer.concat([addresses, Buffer.from([0, 6, 0, tcp.length]), tcp])), 16)
  const header = Buffer.alloc(20)
  header.writeUInt8(0x45, 0)
  header.writeUInt16BE(header.length + tcp.length, 2)
  header.writeUInt8(64, 8)
  header.writeUInt8(6, 9)
  addresses.copy(header, 12)
  header.writeUInt16BE(checksum(header), 10)
  return Buffer.concat([header, tcp])
}

/** The Internet checksum (RFC 1071) of an even number of bytes. */
export function checksum(bytes: Buffer): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

function headerLength(bytes: Buffer): number {
  return (bytes.readUInt8(0) & 15) * 4
}
