import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Document, visit } from 'yaml'
import { badInput } from '../engine/failure.mts'
import { wrapDataKey } from './data-key.mts'
import { encryptText } from './encrypt.mts'
import { findKeyring, type Keyring } from './keyring.mts'
import { metadataText } from './metadata.mts'
import { clearDocuments, type ClearValue } from './objects.mts'
import { ENCRYPTED_REGEX, ruleFor } from './rule.mts'
import { stringText } from './scalar-text.mts'
import { Secret } from './secret.mts'
import { open, type Opened } from './sops.mts'
import { createFile, locateSecret, readSecretFile } from './vault.mts'

// The release of SOPS whose format this is; readers only want three numbers.
const VERSION = '3.13.3'

/** Opens an encrypted file by its path or name, with the keys where SOPS looks for them. */
export async function openSecret(folder: string, name: string, keyring?: Keyring): Promise<Opened & { path: string }> {
  const path = await locateSecret(folder, name)
  return { path, ...(await open(await readSecretFile(path), keyring ?? (await findKeyring()))) }
}

/** The documents of an encrypted file as plain objects; what is encrypted in the file is a `Secret` here. */
export async function readDocuments(folder: string, name: string, keyring?: Keyring): Promise<Record<string, ClearValue>[]> {
  return clearDocuments(await openSecret(folder, name, keyring))
}

/** The values of a Kubernetes Secret file by name: `stringData` as it is, `data` decoded; throws for a name given twice. */
export async function readSecrets(folder: string, name: string, keyring?: Keyring): Promise<Record<string, Secret>> {
  const found: Record<string, Secret> = {}
  for (const { data, stringData } of await readDocuments(folder, name, keyring)) {
    for (const [key, given] of [...entries(data).map(decoded), ...entries(stringData)]) {
      if (key in found) throw badInput(`${key} is given twice in ${name}`)
      found[key] = given
    }
  }
  return found
}

/** Creates `secrets/<name>.sops.yaml` from documents whose `Secret`s stand under `data` or `stringData`; never overwrites. */
export async function createSecret(folder: string, name: string, documents: Record<string, ClearValue>[]): Promise<string> {
  const path = join(folder, 'secrets', `${name}.sops.yaml`)
  const clear = documents.map((document) => yamlText(revealed(document))).join('---\n')
  await createFile(path, await encryptNew(clear, await ruleFor(folder, path)), 0o644)
  return path
}

/** Clear YAML as a new encrypted file under this project's rule, with a fresh data key. */
export async function encryptNew(clear: string, recipients: string[]): Promise<string> {
  const key = randomBytes(32)
  const selectors = { encrypted_regex: ENCRYPTED_REGEX }
  const groups = [await wrapDataKey(key, recipients)]
  // The time and the MAC are filled in once the values are sealed.
  const block = metadataText({ groups, threshold: 1, selectors, macOnlyEncrypted: false, lastModified: '2000-01-01T00:00:00Z', mac: '""', version: VERSION })
  return encryptText(clear, block, { selectors }, key)
}

/** YAML that every reader types as it was meant: the library leaves `2024-01-02`, `017` and `yes` bare, strings only to itself. */
function yamlText(plain: unknown): string {
  const document = new Document(plain)
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === 'string' && stringText(node.value, { flow: false, indent: 0 }).startsWith('"')) node.type = 'QUOTE_DOUBLE'
    },
  })
  return document.toString({ lineWidth: 0 })
}

function entries(data: ClearValue | undefined): [string, Secret][] {
  if (typeof data !== 'object' || data === null || Array.isArray(data) || data instanceof Secret) return []
  return Object.entries(data).map(([key, given]) => [key, given instanceof Secret ? given : new Secret(String(given ?? ''))])
}

function decoded([key, given]: [string, Secret]): [string, Secret] {
  return [key, new Secret(Buffer.from(given.reveal(), 'base64').toString('utf8'))]
}

/** Plain data with the secrets in clear; one outside `data` and `stringData` would be written in clear, and is refused. */
function revealed(given: ClearValue, keys: string[] = []): unknown {
  if (given instanceof Secret) {
    if (keys.some((key) => /^(data|stringData)$/.test(key))) return given.reveal()
    throw badInput(`${keys.join('.')} is secret but would not be encrypted; it belongs under stringData`)
  }
  if (Array.isArray(given)) return given.map((item) => revealed(item, keys))
  if (typeof given !== 'object' || given === null) return given
  return Object.fromEntries(Object.entries(given).map(([key, item]) => [key, revealed(item, [...keys, key])]))
}
