import { randomBytes } from 'node:crypto'
import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { x25519 } from '@noble/curves/ed25519.js'
import { blake2s } from '@noble/hashes/blake2.js'
import { hmac } from '@noble/hashes/hmac.js'

/** The two ends of a handshake as raw 32-byte keys: ours private, theirs public. */
export type Keys = { readonly privateKey: Uint8Array, readonly serverKey: Uint8Array }

/** What has to be fresh in each handshake: a private key, a 4-byte index, and a TAI64N time later than any before. */
export type Fresh = { readonly ephemeral: Uint8Array, readonly index: Uint8Array, readonly time: Uint8Array }

/** Packets of an established session: each way has its own key and counts its messages. */
export type Session = {
  seal(packet: Uint8Array): Buffer
  /** The packet in a transport message; empty for a keepalive, nothing for a message that is not of this session. */
  open(message: Uint8Array): Buffer | undefined
}

export type Handshake = {
  /** The initiation: 148 bytes. */
  readonly message: Buffer
  /** The session, when this is the response to that initiation by the holder of the server's key. */
  complete(response: Uint8Array): Session | undefined
}

const CONSTRUCTION = hash(Buffer.from('Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s'))
const IDENTIFIER = hash(CONSTRUCTION, Buffer.from('WireGuard v1 zx2c4 Jason@zx2c4.com'))
const NOTHING = new Uint8Array(0)
const NO_PRESHARED_KEY = new Uint8Array(32)

/** Starts a handshake as WireGuard's initiator, as its white paper has it in 5.4; without a preshared key or a cookie. */
export function initiate({ privateKey, serverKey }: Keys, { ephemeral, index, time }: Fresh = fresh()): Handshake {
  const ephemeralPublic = x25519.getPublicKey(ephemeral)
  const [chain1] = derive(1, CONSTRUCTION, ephemeralPublic)
  const hash1 = hash(hash(IDENTIFIER, serverKey), ephemeralPublic)
  const [chain2, key2] = derive(2, chain1, x25519.getSharedSecret(ephemeral, serverKey))
  const sealedStatic = seal(key2, 0n, x25519.getPublicKey(privateKey), hash1)
  const hash2 = hash(hash1, sealedStatic)
  const [chain3, key3] = derive(2, chain2, x25519.getSharedSecret(privateKey, serverKey))
  const sealedTime = seal(key3, 0n, time, hash2)
  const hash3 = hash(hash2, sealedTime)
  const head = Buffer.concat([Buffer.from([1, 0, 0, 0]), index, ephemeralPublic, sealedStatic, sealedTime])
  const mac1 = blake2s(head, { key: hash(Buffer.from('mac1----'), serverKey), dkLen: 16 })

  return {
    message: Buffer.concat([head, mac1, Buffer.alloc(16)]),
    complete(response) {
      const message = Buffer.from(response)
      if (message.length !== 92 || message[0] !== 2 || !message.subarray(8, 12).equals(index)) return undefined
      const theirs = message.subarray(12, 44)
      const agreed = agree(ephemeral, theirs)
      const agreedStatic = agree(privateKey, theirs)
      if (agreed === undefined || agreedStatic === undefined) return undefined
      const [chain4] = derive(1, chain3, theirs)
      const [chain5] = derive(1, chain4, agreed)
      const [chain6] = derive(1, chain5, agreedStatic)
      const [chain7, mixed, key7] = derive(3, chain6, NO_PRESHARED_KEY)
      if (open(key7, 0n, message.subarray(44, 60), hash(hash(hash3, theirs), mixed)) === undefined) return undefined
      const [sending, receiving] = derive(2, chain7, NOTHING)
      return session(message.subarray(4, 8), index, sending, receiving)
    },
  }
}

function session(theirIndex: Uint8Array, ourIndex: Uint8Array, sending: Uint8Array, receiving: Uint8Array): Session {
  let sent = 0n
  return {
    seal(packet) {
      const counter = Buffer.alloc(8)
      counter.writeBigUInt64LE(sent)
      const padded = Buffer.concat([packet, Buffer.alloc((16 - (packet.length % 16)) % 16)])
      return Buffer.concat([Buffer.from([4, 0, 0, 0]), theirIndex, counter, seal(sending, sent++, padded, NOTHING)])
    },
    open(given) {
      const message = Buffer.from(given)
      if (message.length < 32 || message[0] !== 4 || !message.subarray(4, 8).equals(ourIndex)) return undefined
      return open(receiving, message.readBigUInt64LE(8), message.subarray(16), NOTHING)
    },
  }
}

function fresh(): Fresh {
  return { ephemeral: x25519.utils.randomSecretKey(), index: randomBytes(4), time: tai64n(Date.now()) }
}

/** The label of a time in TAI64N: seconds since 1970 with the top bit set, and nanoseconds. */
export function tai64n(ms: number): Buffer {
  const label = Buffer.alloc(12)
  label.writeBigUInt64BE(0x4000_0000_0000_000an + BigInt(Math.floor(ms / 1000)), 0)
  label.writeUInt32BE(Math.floor(ms % 1000) * 1_000_000, 8)
  return label
}

/** Nothing for a public key that is none: whoever answers may send what he likes. */
function agree(privateKey: Uint8Array, theirs: Uint8Array): Uint8Array | undefined {
  try {
    return x25519.getSharedSecret(privateKey, theirs)
  } catch {
    return undefined
  }
}

function hash(...parts: Uint8Array[]): Uint8Array {
  return blake2s(Buffer.concat(parts))
}

function derive(count: 1, chain: Uint8Array, input: Uint8Array): [Uint8Array]
function derive(count: 2, chain: Uint8Array, input: Uint8Array): [Uint8Array, Uint8Array]
function derive(count: 3, chain: Uint8Array, input: Uint8Array): [Uint8Array, Uint8Array, Uint8Array]
function derive(count: number, chain: Uint8Array, input: Uint8Array): Uint8Array[] {
  const secret = hmac(blake2s, chain, input)
  const keys: Uint8Array[] = []
  for (let n = 1; n <= count; n++) keys.push(hmac(blake2s, secret, Buffer.concat([keys.at(-1) ?? NOTHING, Buffer.from([n])])))
  return keys
}

function seal(key: Uint8Array, counter: bigint, clear: Uint8Array, authenticated: Uint8Array): Uint8Array {
  return chacha20poly1305(key, nonce(counter), authenticated).encrypt(clear)
}

function open(key: Uint8Array, counter: bigint, sealed: Uint8Array, authenticated: Uint8Array): Buffer | undefined {
  try {
    return Buffer.from(chacha20poly1305(key, nonce(counter), authenticated).decrypt(sealed))
  } catch {
    return undefined
  }
}

function nonce(counter: bigint): Uint8Array {
  const bytes = Buffer.alloc(12)
  bytes.writeBigUInt64LE(counter, 4)
  return bytes
}
