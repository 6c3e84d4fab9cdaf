import { createDecipheriv, createHash, createPrivateKey, createPublicKey, diffieHellman, hkdfSync, privateDecrypt, type KeyObject } from 'node:crypto'
import type { Identity, Stanza } from 'age-encryption'
import { badInput } from '../engine/failure.mts'
import { readSshKey, type SshKey } from './ssh-key.mts'

// The header of an X25519 key in DER (RFC 8410); the 32 bytes of the key follow.
const PRIVATE_DER = Buffer.from('302e020100300506032b656e04220420', 'hex')
const PUBLIC_DER = Buffer.from('302a300506032b656e032100', 'hex')
const ED25519_LABEL = 'age-encryption.org/v1/ssh-ed25519'
const RSA_LABEL = 'age-encryption.org/v1/ssh-rsa'

/** An age identity made of an unencrypted OpenSSH ed25519 or RSA private key, as age and SOPS use them. */
export function sshIdentity(text: string): Identity {
  const key = readSshKey(text)
  const tag = createHash('sha256').update(key.wire).digest().subarray(0, 4).toString('base64').replace(/=+$/, '')
  return {
    unwrapFileKey(stanzas) {
      const mine = stanzas.find(({ args }) => args[0] === key.type && args[1] === tag)
      return mine ? unwrap(key, mine) : null
    },
  }
}

function unwrap(key: SshKey, { args, body }: Stanza): Uint8Array {
  if (key.type === 'ssh-rsa') return privateDecrypt({ key: key.private, oaepHash: 'sha256', oaepLabel: Buffer.from(RSA_LABEL) }, body)
  const share = Buffer.from(args[2] ?? '', 'base64')
  if (share.length !== 32) throw badInput('the ssh-ed25519 share has the wrong size')
  // Ed25519's secret scalar is the first half of SHA-512 of the seed; X25519 clamps it in the same way.
  const secret = x25519Private(createHash('sha512').update(key.seed).digest().subarray(0, 32))
  const tweak = x25519Private(Buffer.from(hkdfSync('sha256', Buffer.alloc(0), key.wire, ED25519_LABEL, 32)))
  const shared = exchange(tweak, exchange(secret, share))
  const own = createPublicKey(secret).export({ type: 'spki', format: 'der' }).subarray(-32)
  const wrapKey = Buffer.from(hkdfSync('sha256', shared, Buffer.concat([share, own]), ED25519_LABEL, 32))
  const cipher = createDecipheriv('chacha20-poly1305', wrapKey, Buffer.alloc(12), { authTagLength: 16 })
  cipher.setAuthTag(body.subarray(-16))
  return Buffer.concat([cipher.update(body.subarray(0, -16)), cipher.final()])
}

function x25519Private(bytes: Buffer): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PRIVATE_DER, bytes]), format: 'der', type: 'pkcs8' })
}

function exchange(privateKey: KeyObject, point: Buffer): Buffer {
  const publicKey = createPublicKey({ key: Buffer.concat([PUBLIC_DER, point]), format: 'der', type: 'spki' })
  return diffieHellman({ privateKey, publicKey })
}
