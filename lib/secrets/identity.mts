import { readFile } from 'node:fs/promises'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { badInput } from '../engine/failure.mts'
import { identityPath, parseIdentities } from './keyring.mts'
import { Secret } from './secret.mts'
import { createFile } from './vault.mts'

/** Makes the operator's identity where SOPS looks for it (0600 in a 0700 folder); throws when a file is there already. */
export async function createIdentity(path: string = identityPath()): Promise<{ path: string; recipient: string }> {
  const { identity, recipient } = await newIdentity()
  const made = new Date().toISOString().replace(/\.\d+/, '')
  await createFile(path, `# created: ${made}\n# public key: ${recipient}\n${identity.reveal()}\n`, 0o600)
  return { path, recipient }
}

/** A fresh identity that is stored nowhere: the recovery key, shown once. */
export async function newIdentity(): Promise<{ identity: Secret; recipient: string }> {
  const identity = await generateX25519Identity()
  return { identity: new Secret(identity), recipient: await identityToRecipient(identity) }
}

/** The recipients of the identities in a key file, in its order. */
export async function recipientsOf(path: string = identityPath()): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw badInput(`there is no age identity in ${path}`, { next: 'npx tsx runbooks/00-prepare.mts' })
  })
  return Promise.all(parseIdentities(text).map((identity) => identityToRecipient(identity.reveal())))
}
