import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { badInput } from '../engine/failure.mts'
import { Secret } from './secret.mts'
import { readSshKey, sshString } from './ssh-key.mts'

const TYPE = 'ssh-ed25519'
const COMMENT = 'deploy key'
// What precedes the 32 bytes of an Ed25519 key in DER, private and public (RFC 8410).
const PRIVATE_DER = 16
const PUBLIC_DER = 12
const COLUMNS = 70
// How many keys the file has.
const ONE = Buffer.from([0, 0, 0, 1])

/** A fresh Ed25519 private key, in the form in which OpenSSH keeps one without a passphrase. */
export function newDeployKey(): Secret {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const seed = privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(PRIVATE_DER)
  const half = publicKey.export({ type: 'spki', format: 'der' }).subarray(PUBLIC_DER)
  const check = randomBytes(4)
  const fields = [sshString(TYPE), sshString(half), sshString(Buffer.concat([seed, half])), sshString(COMMENT)]
  const inner = padded(Buffer.concat([check, check, ...fields]))
  const outer = [Buffer.from('openssh-key-v1\0'), sshString('none'), sshString('none'), sshString(''), ONE, sshString(wire(half)), sshString(inner)]
  const lines = Buffer.concat(outer).toString('base64').match(new RegExp(`.{1,${COLUMNS}}`, 'g')) ?? []
  return new Secret(['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n'))
}

/** The line of authorized_keys that belongs to it, which a Git server calls a deploy key. */
export function publicKeyOf(key: Secret): string {
  const { type, wire } = readSshKey(key.reveal())
  if (type !== TYPE) throw badInput(`the deploy key is of type ${type}`, { expected: TYPE, next: 'ssh-keygen -t ed25519, its private half by npm run secrets -- set argocd stringData.deploy-key' })
  return `${type} ${wire.toString('base64')} ${COMMENT}`
}

function wire(half: Buffer): Buffer {
  return Buffer.concat([sshString(TYPE), sshString(half)])
}

/** Filled with 1, 2, 3 … up to the cipher's block, which is 8 where there is none. */
function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.from(Array.from({ length: (8 - bytes.length % 8) % 8 }, (_, index) => index + 1))])
}
