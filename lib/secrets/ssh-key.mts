import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { badInput } from '../engine/failure.mts'

/** A private key with its public half in SSH's wire format. */
export type SshKey = { type: 'ssh-ed25519'; wire: Buffer; seed: Buffer } | { type: 'ssh-rsa'; wire: Buffer; private: KeyObject }

const MAGIC = 'openssh-key-v1\0'

/** Reads an OpenSSH or PEM private key; one with a passphrase is refused. */
export function readSshKey(text: string): SshKey {
  const body = /^-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+)-----END OPENSSH PRIVATE KEY-----/m.exec(text)?.[1]
  if (body === undefined) return pemKey(text)
  const outer = reader(Buffer.from(body, 'base64'))
  if (outer.bytes(MAGIC.length).toString('latin1') !== MAGIC) throw malformed()
  const cipher = outer.string().toString()
  outer.string()
  outer.string()
  outer.bytes(4)
  const wire = outer.string()
  if (cipher !== 'none') throw badInput('the SSH key has a passphrase; use an age identity, or one without', { next: 'docs/secrets.md#no-key' })
  const inner = reader(outer.string())
  inner.bytes(8)
  const type = inner.string().toString()
  if (type === 'ssh-ed25519') {
    inner.string()
    return { type, wire, seed: inner.string().subarray(0, 32) }
  }
  if (type !== 'ssh-rsa') throw badInput(`an SSH key of type ${type} is no age identity; ssh-ed25519 and ssh-rsa are`)
  const [n, e, d, qi, p, q] = Array.from({ length: 6 }, () => inner.string())
  return { type, wire, private: rsaKey({ n, e, d, qi, p, q }) }
}

/** The old PEM form, which only RSA keys have. */
function pemKey(text: string): SshKey {
  if (/ENCRYPTED/.test(text)) throw badInput('the SSH key has a passphrase; use an age identity, or one without', { next: 'docs/secrets.md#no-key' })
  try {
    const key = createPrivateKey(text)
    const { n = '', e = '' } = createPublicKey(key).export({ format: 'jwk' })
    const fields = [Buffer.from('ssh-rsa'), mpint(Buffer.from(e, 'base64url')), mpint(Buffer.from(n, 'base64url'))]
    return { type: 'ssh-rsa', wire: Buffer.concat(fields.map(sshString)), private: key }
  } catch {
    throw malformed()
  }
}

function rsaKey(parts: Record<'n' | 'e' | 'd' | 'qi' | 'p' | 'q', Buffer | undefined>): KeyObject {
  const number = (bytes: Buffer | undefined): bigint => BigInt(`0x${bytes?.toString('hex') || '0'}`)
  const url = (value: bigint): string => {
    const hex = value.toString(16)
    return Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex').toString('base64url')
  }
  const [d, p, q] = [number(parts.d), number(parts.p), number(parts.q)]
  const all = { n: number(parts.n), e: number(parts.e), d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: number(parts.qi) }
  return createPrivateKey({ key: { kty: 'RSA', ...Object.fromEntries(Object.entries(all).map(([name, value]) => [name, url(value)])) }, format: 'jwk' })
}

/** SSH's fields one after the other: each string has its length before it. */
function reader(buffer: Buffer): { bytes(count: number): Buffer; string(): Buffer } {
  let at = 0
  const bytes = (count: number): Buffer => {
    if (at + count > buffer.length) throw malformed()
    at += count
    return buffer.subarray(at - count, at)
  }
  return { bytes, string: () => bytes(bytes(4).readUInt32BE()) }
}

function mpint(bytes: Buffer): Buffer {
  return (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes
}

/** A string in SSH's wire format: its length in four bytes before it. */
export function sshString(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

function malformed(): Error {
  return badInput('the SSH private key cannot be read')
}
