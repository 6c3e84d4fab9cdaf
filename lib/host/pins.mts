import { readFile } from 'node:fs/promises'
import { badInput, Failure } from '../engine/failure.mts'
import { replaceFile } from '../secrets/vault.mts'
import { keep } from './artifact-cache.mts'
import { parseChecksums } from './checksums.mts'
import { checksumsUrl, loadVersions, pinned, sources, versionsFile, type Source } from './versions.mts'
import { fileName } from './web-address.mts'
import { withText } from './yaml-text.mts'

type Say = (line: string) => void

type Listed = { readonly in: string | undefined, readonly hashes: Readonly<Record<string, string>> }

/** Downloads each file that has no sha256 for its version, and writes what was computed from its bytes into `versions.yaml`, all of a component or nothing. */
export async function fill(folder: string, component: string | undefined, say: Say): Promise<void> {
  for (const name of components(folder, component)) {
    const version = pinned(folder, name)
    const open = sources(loadVersions(folder), name).filter(({ sha256 }) => sha256 === undefined)
    if (open.length === 0) say(`${name} ${version}: every file has its sha256`)
    else await write(folder, name, version, await computed(folder, name, open, say))
  }
}

/** Downloads every file anew and compares; throws when one of them is not what is pinned, or is pinned to nothing. */
export async function compare(folder: string, component: string | undefined, say: Say): Promise<void> {
  const wrong: string[] = []
  for (const name of components(folder, component)) {
    const all = sources(loadVersions(folder), name)
    const found = await computed(folder, name, all, () => {})
    for (const { file, sha256 } of all) {
      const same = sha256 === found[file]
      if (!same) wrong.push(file)
      say(`${name}  ${found[file]}  ${file}  ${same ? 'as pinned' : `pinned: ${sha256 ?? 'nothing'}`}`)
    }
  }
  if (wrong.length > 0) throw new Failure(`${wrong.join(', ')}: versions.yaml does not say what is published`, { next: 'npm run pins fills what is missing; a published file that changed is to be understood first' })
}

/** The hashes of downloaded files, by file; throws where the makers' own list says otherwise. */
async function computed(folder: string, component: string, files: readonly Source[], say: Say): Promise<Record<string, string>> {
  const listed = await published(checksumsUrl(loadVersions(folder), component))
  const hashes: Record<string, string> = {}
  for (const { file, url } of files) {
    const told = listed.hashes[file]
    const { sha256 } = await keep(url, file, hash => {
      if (told === undefined || told === hash) return
      throw new Failure(`${file} is not what ${listed.in} says; nothing was written`, { expected: `sha256 ${told}`, found: `sha256 ${hash} at ${url}` })
    })
    hashes[file] = sha256
    say(`${component}  ${sha256}  ${file}  ${told === undefined ? 'in no checksum file' : `as in ${listed.in}`}`)
  }
  return hashes
}

async function published(url: string | undefined): Promise<Listed> {
  if (url === undefined) return { in: undefined, hashes: {} }
  const name = fileName(new URL(url))
  const { path } = await keep(url, name, () => {})
  const hashes = parseChecksums(await readFile(path, 'utf8'))
  if (Object.keys(hashes).length > 0) return { in: name, hashes }
  throw new Failure(`${name} lists no sha256; nothing was written`, { found: url })
}

async function write(folder: string, component: string, version: string, hashes: Readonly<Record<string, string>>): Promise<void> {
  if (pinned(folder, component) !== version) throw badInput(`${component} was raised meanwhile; nothing was written`, { next: 'start again' })
  const file = versionsFile(folder)
  let text = withText(await readFile(file, 'utf8'), [component, 'hashed'], version)
  for (const [name, hash] of Object.entries(hashes)) text = withText(text, [component, 'files', name, 'sha256'], hash)
  await replaceFile(file, text)
}

function components(folder: string, wanted: string | undefined): string[] {
  const all = Object.keys(loadVersions(folder))
  if (wanted !== undefined && !all.includes(wanted)) throw badInput(`versions.yaml has no ${wanted}`, { found: all.join(', ') || 'nothing' })
  return wanted === undefined ? all : [wanted]
}
