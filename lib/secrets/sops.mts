import { createHash, timingSafeEqual } from 'node:crypto'
import { Failure } from '../engine/failure.mts'
import { decrypt } from './cipher.mts'
import { recoverDataKey } from './data-key.mts'
import type { Keyring } from './keyring.mts'
import { readMetadata, type Metadata } from './metadata.mts'
import { selector } from './selector.mts'
import { parseSource, type Source } from './source.mts'
import { value, type Value } from './value.mts'
import { walk, type Comment, type Leaf } from './walk.mts'

/** A scalar or comment of the file with its clear value and the place (AAD) it was encrypted under. */
export type Clear = (Leaf | Comment) & { clear: Value; place: string }

/** An encrypted file opened in memory; its MAC has been checked. */
export type Opened = { source: Source; metadata: Metadata; key: Buffer; items: Clear[] }

// Hashed first under mac_only_encrypted, so that the two kinds of MAC never agree: SHA-256 of "sops".
const ONLY_ENCRYPTED = createHash('sha256').update('sops').digest()

/** Opens a SOPS YAML text; throws with SOPS' reason when no key fits, a value was altered or moved, or the MAC is missing or wrong. */
export async function open(text: string, keyring: Keyring): Promise<Opened> {
  const source = parseSource(text)
  const metadata = readMetadata(source)
  const walked = walk(source, selector(metadata.selectors))
  const key = await recoverDataKey(metadata, keyring)
  const items = decryptAll(walked, key)
  checkMac(metadata, key, computeMac(items, metadata))
  return { source, metadata, key, items }
}

/** The items of a walk with their clear values; throws with SOPS' reason for the first that does not open. */
export function decryptAll(items: (Leaf | Comment)[], key: Buffer): Clear[] {
  return items.map((item) => ({ ...item, ...decryptItem(item, key) }))
}

/** SOPS' MAC: SHA-512 over the values in the order of the walk, without comments, in upper-case hex. */
export function computeMac(items: Clear[], { macOnlyEncrypted }: Pick<Metadata, 'macOnlyEncrypted'>): string {
  const hash = createHash('sha512')
  if (macOnlyEncrypted) hash.update(ONLY_ENCRYPTED)
  for (const { clear, encrypted } of items) {
    if (clear.kind !== 'comment' && (encrypted || !macOnlyEncrypted)) hash.update(clear.bytes)
  }
  return hash.digest('hex').toUpperCase()
}

/** The place of a value as SOPS authenticates it: its keys, each followed by a colon; list indexes do not count. */
export function placeOf(keys: string[]): string {
  return `${keys.join(':')}:`
}

function decryptItem(item: Leaf | Comment, key: Buffer): Pick<Clear, 'clear' | 'place'> {
  const place = placeOf(item.keys)
  if (item.what === 'comment') return item.encrypted ? decryptComment(item, key) : { clear: value('comment', item.text), place }
  if (!item.encrypted || item.value.kind === 'null') return { clear: item.value, place }
  const at = item.keys.join('.')
  if (item.value.kind !== 'str') throw damaged(at, `expected encrypted value as string, but got ${item.value.kind}`)
  try {
    return { clear: decrypt(item.value.bytes.toString('utf8'), key, place), place }
  } catch (thrown) {
    throw damaged(at, (thrown as Error).message)
  }
}

/** SOPS moves comments between containers, so each is tried; one that stays closed is taken for clear, as SOPS does. */
function decryptComment({ keys, others, text }: Comment, key: Buffer): Pick<Clear, 'clear' | 'place'> {
  for (const place of [keys, ...others].map(placeOf)) {
    try {
      return { clear: value('comment', decrypt(text, key, place).bytes), place }
    } catch {
      continue
    }
  }
  return { clear: value('comment', text), place: placeOf(keys) }
}

function checkMac({ mac, lastModified }: Metadata, key: Buffer, computed: string): void {
  const found = mac === '' ? '' : decryptMac(mac, lastModified, key)
  const same = found.length === computed.length && timingSafeEqual(Buffer.from(found), Buffer.from(computed))
  if (same) return
  throw new Failure(`MAC mismatch. File has ${found || 'no MAC'}, computed ${computed}`, {
    expected: 'the values as they were when the file was encrypted',
    next: 'docs/secrets.md#mac-mismatch',
  })
}

function decryptMac(mac: string, lastModified: string, key: Buffer): string {
  try {
    return decrypt(mac, key, lastModified).bytes.toString('utf8')
  } catch (thrown) {
    throw new Failure(`cannot decrypt MAC: ${(thrown as Error).message}`, { next: 'docs/secrets.md#mac-mismatch' })
  }
}

function damaged(at: string, reason: string): Failure {
  return new Failure(`error decrypting tree: could not decrypt value: ${reason}`, {
    found: `the value of ${at}`,
    expected: 'the ciphertext that was written for this key',
    next: 'docs/secrets.md#mac-mismatch',
  })
}
