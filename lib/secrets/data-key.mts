import { armor, Decrypter, Encrypter } from 'age-encryption'
import { badInput, type Failure } from '../engine/failure.mts'
import { identitiesFor, type Keyring } from './keyring.mts'
import type { Metadata, Wrapped } from './metadata.mts'
import { combine } from './shamir.mts'

const NO_MATCH = 'identity did not match any of the recipients: incorrect identity for recipient block'

/** The file's 32-byte data key, by any identity of the keyring; throws with the reason for each recipient. */
export async function recoverDataKey({ groups, threshold }: Metadata, keyring: Keyring): Promise<Buffer> {
  const reasons: string[] = []
  const parts: Buffer[] = []
  for (const group of groups) {
    const part = await unwrapAny(group, keyring, reasons)
    if (part) parts.push(part)
  }
  const wanted = groups.length === 1 ? 1 : threshold
  const [first] = parts
  if (parts.length < wanted || first === undefined) throw noDataKey(reasons, keyring)
  const key = groups.length === 1 ? first : combine(parts.slice(0, wanted))
  if (key.length !== 32) throw badInput(`the data key has ${key.length} bytes, AES-256 wants 32`)
  return key
}

/** The data key wrapped anew, one armored age file for each recipient. */
export async function wrapDataKey(key: Buffer, recipients: string[]): Promise<Wrapped[]> {
  return Promise.all(recipients.map(async (recipient) => ({ recipient, enc: armor.encode(await sealed(key, recipient)) })))
}

/** Throws when a text is no recipient that this project can encrypt for. */
export function assertRecipient(recipient: string): void {
  try {
    new Encrypter().addRecipient(recipient)
  } catch {
    throw badInput(`failed to parse input, unknown recipient type: ${JSON.stringify(recipient)}`, {
      expected: 'age1… or age1pq1…',
      next: 'age-keygen -y prints the recipient of an identity file',
    })
  }
}

async function unwrapAny(group: Wrapped[], keyring: Keyring, reasons: string[]): Promise<Buffer | undefined> {
  for (const wrapped of group) {
    const opened = await unwrap(wrapped, keyring)
    if (Buffer.isBuffer(opened)) return opened
    reasons.push(`${wrapped.recipient}: ${opened}`)
  }
  return undefined
}

/** The wrapped bytes, or the reason why they stay closed. */
async function unwrap({ recipient, enc }: Wrapped, keyring: Keyring): Promise<Buffer | string> {
  const identities = await identitiesFor(keyring, recipient)
  if (identities.length === 0) return 'failed to load age identities'
  const decrypter = new Decrypter()
  for (const identity of identities) decrypter.addIdentity(identity)
  try {
    return Buffer.from(await decrypter.decrypt(armor.decode(enc)))
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    return /no identity matched/.test(reason) ? NO_MATCH : reason
  }
}

async function sealed(key: Buffer, recipient: string): Promise<Uint8Array> {
  assertRecipient(recipient)
  const encrypter = new Encrypter()
  encrypter.addRecipient(recipient)
  return encrypter.encrypt(key)
}

function noDataKey(reasons: string[], { problems, unused }: Keyring): Failure {
  return badInput('failed to get the data key required to decrypt the SOPS file', {
    found: [...reasons, ...problems, ...(unused.length > 0 ? [`did not find keys in locations ${unused.join(', ')}`] : [])].join('\n           '),
    next: 'docs/secrets.md#no-key',
  })
}
