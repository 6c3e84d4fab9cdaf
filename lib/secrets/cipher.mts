import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { decryptedValue, value, type Value } from './value.mts'

// Greedy and not anchored at the end, as SOPS has it: text after the last bracket is ignored.
const PATTERN = /^ENC\[AES256_GCM,data:(.+),iv:(.+),tag:(.+),type:(.+)\]/

/** The `ENC[AES256_GCM,…]` text of a value under its place in the tree (`stringData:password:`); nothing stays nothing. */
export function encrypt(clear: Value, key: Buffer, place: string): string {
  if (clear.bytes.length === 0) return ''
  const nonce = randomBytes(32)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(place, 'utf8'))
  const data = Buffer.concat([cipher.update(clear.bytes), cipher.final()])
  const fields = [data, nonce, cipher.getAuthTag()].map((bytes) => bytes.toString('base64'))
  return `ENC[AES256_GCM,data:${fields[0]},iv:${fields[1]},tag:${fields[2]},type:${clear.kind}]`
}

/** The value inside an `ENC[…]` text; throws an Error with SOPS' reason when it is none, was altered, or was moved. */
export function decrypt(text: string, key: Buffer, place: string): Value {
  if (text === '') return value('str', '')
  const found = PATTERN.exec(text)
  // The text itself is not repeated: where ciphertext is missing a secret may stand in clear.
  if (!found) throw new Error("input string does not match sops' data format")
  const [, data = '', nonce = '', tag = '', word = ''] = found
  const authTag = base64('tag', tag)
  // Node takes tags of 4 to 16 bytes: a shortened one would be easier to forge.
  if (authTag.length !== 16) throw new Error('could not decrypt with AES_GCM: incorrect tag size')
  const cipher = createDecipheriv('aes-256-gcm', key, base64('iv', nonce), { authTagLength: 16 })
  cipher.setAAD(Buffer.from(place, 'utf8'))
  cipher.setAuthTag(authTag)
  return decryptedValue(word, opened(cipher, base64('data', data)))
}

/** Whether a text has the form of a SOPS ciphertext. */
export function isEncrypted(text: string): boolean {
  return PATTERN.test(text)
}

function opened(cipher: ReturnType<typeof createDecipheriv>, data: Buffer): Buffer {
  try {
    return Buffer.concat([cipher.update(data), cipher.final()])
  } catch {
    throw new Error('could not decrypt with AES_GCM: cipher: message authentication failed')
  }
}

function base64(field: string, text: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') !== text) throw new Error(`error base64-decoding ${field}`)
  return bytes
}
