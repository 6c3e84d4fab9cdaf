import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { badInput } from '../engine/failure.mts'
import { isSafe } from './web-address.mts'

const OWN = new URL('../../versions.yaml', import.meta.url).pathname

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)
const list = { error: ({ code }: { code?: string }) => (code === 'invalid_key' ? 'is not a plain name' : 'is no list of names') }
const address = z.string('is missing').refine(text => isSafe(text.replaceAll('{version}', 'v1')), 'is not an address: https, without a password in it')
  .refine(text => !text.includes('/latest/'), 'is whatever is latest: name the version')

const NO_VERSION = 'is not a version such as v1.36.5+k3s1'

const component = z.strictObject({
  version: z.string(NO_VERSION).regex(/^v?\d[A-Za-z0-9.+-]*$/, NO_VERSION),
  hashed: z.string('is not a version').nullish(),
  checksums: address.optional(),
  files: z.record(name, z.strictObject({ url: address, sha256: z.string('is not a sha256').regex(/^[0-9a-f]{64}$/, 'is not a sha256: 64 hexadecimal digits').nullish() }), list),
})

const schema = z.record(name, component, list)

/** What is fetched, by component, as `versions.yaml` has it. */
export type Versions = z.output<typeof schema>

/** A file that is fetched, whether its hash is known or not. */
export type Source = { readonly component: string, readonly version: string, readonly file: string, readonly url: string, readonly sha256?: string }

/** A file that may be installed: these bytes and no others. */
export type Pin = Required<Source>

/** The `versions.yaml` that counts for a platform: its own, else the repository's. */
export function versionsFile(folder: string): string {
  const file = join(folder, 'versions.yaml')
  return existsSync(file) ? file : OWN
}

/** What the platform's `versions.yaml` says; throws bad input that lists every problem at once. */
export function loadVersions(folder: string): Versions {
  const file = versionsFile(folder)
  const { versions, problems } = parseVersions(readFileSync(file, 'utf8'))
  if (versions) return versions
  throw badInput(`${problems.length} ${problems.length === 1 ? 'problem' : 'problems'} in ${file}`, { found: problems.map(problem => `\n    ${problem}`).join(''), next: `edit ${file}` })
}

/** The components of a text in YAML, or else its problems, one sentence each. */
export function parseVersions(text: string): { versions?: Versions, problems: string[] } {
  const document = parseDocument(text)
  if (document.errors.length > 0) return { problems: document.errors.map(({ message }) => message.split('\n')[0] ?? '') }
  const { success, data, error } = schema.safeParse(document.toJS() ?? {})
  const problems = [...(error?.issues ?? []).map(problem), ...(success ? Object.entries(data).flatMap(foreign) : [])]
  return success && problems.length === 0 ? { versions: data, problems } : { problems }
}

/** The version of every component, for the record; nothing where there is no file that says so. */
export function versionsFor(folder: string): Record<string, string> {
  const file = versionsFile(folder)
  const { versions = {} } = existsSync(file) ? parseVersions(readFileSync(file, 'utf8')) : {}
  return Object.fromEntries(Object.entries(versions).map(([component, { version }]) => [component, version]))
}

/** The version of a component that is to be installed, whether its hashes are known or not. */
export function pinned(folder: string, component: string): string {
  return entry(loadVersions(folder), component).version
}

/** The files of a component with the hashes that count: those of another version do not. */
export function sources(versions: Versions, component: string): Source[] {
  const { version, hashed, files } = entry(versions, component)
  return Object.entries(files).map(([file, { url, sha256 }]) => ({
    component, version, file, url: filled(url, version), ...(sha256 && (hashed ?? version) === version && { sha256 }),
  }))
}

/** The files of a component, each with its hash; throws bad input where one has none. */
export function pins(versions: Versions, component: string): Pin[] {
  const all = sources(versions, component)
  const known = all.flatMap(({ sha256, ...source }) => (sha256 === undefined ? [] : [{ ...source, sha256 }]))
  const open = all.filter(({ sha256 }) => sha256 === undefined).map(({ file }) => file)
  if (open.length === 0) return known
  throw badInput(`versions.yaml has no sha256 for ${open.join(', ')} of ${component} ${all[0]?.version}`, {
    expected: 'a hash that was computed from the bytes, for every file', next: `npm run pins ${component}, where there is Internet`,
  })
}

/** The address of the list of hashes that a component's makers publish, where they do. */
export function checksumsUrl(versions: Versions, component: string): string | undefined {
  const { version, checksums } = entry(versions, component)
  return checksums && filled(checksums, version)
}

function entry(versions: Versions, component: string): Versions[string] {
  const found = versions[component]
  if (found) return found
  throw badInput(`versions.yaml has no ${component}`, { found: Object.keys(versions).join(', ') || 'nothing' })
}

// A + in an address may be read as a blank: %2B is what the releases are published under.
function filled(url: string, version: string): string {
  return url.replaceAll('{version}', encodeURIComponent(version))
}

/** The addresses that would go on fetching another version after this one was raised. */
function foreign([component, { version, checksums = '{version}', files }]: [string, Versions[string]]): string[] {
  const urls = [...Object.entries(files).map(([file, { url }]) => [`${component}.files.${file}.url`, url] as const), [`${component}.checksums`, checksums] as const]
  return urls.filter(([, url]) => !url.includes('{version}') && !url.includes(encodeURIComponent(version))).map(([where]) => `${where} does not name ${version}: write {version}`)
}

function problem({ path, message, ...issue }: z.core.$ZodIssue): string {
  const where = path.map(String).join('.')
  if (issue.code === 'unrecognized_keys') return `${where} has ${issue.keys.join(', ')}, which is unknown here`
  return `${where || 'the file'} ${message}`
}
