import { x25519 } from '@noble/curves/ed25519.js'
import { Secret } from './secret.mts'

/** A private key as `wg genkey` makes it. */
export function newPrivateKey(): Secret {
  return new Secret(Buffer.from(x25519.utils.randomSecretKey()).toString('base64'))
}

/** The public key that belongs to a private one, as `wg pubkey` prints it. */
export function publicKey(privateKey: Secret): string {
  return Buffer.from(x25519.getPublicKey(Buffer.from(privateKey.reveal(), 'base64'))).toString('base64')
}
