import { execFile, spawn } from 'node:child_process'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'

/** A text of the repository: its path from the folder that was asked for, its bytes, and its object name if it comes from Git. */
export type Entry = { path: string; bytes: Buffer; object?: string }

const SKIPPED = new Set(['.git', 'node_modules'])

/** The files in a folder that Git would take, or all of them when Git does not look after the folder. */
export async function treeEntries(folder: string): Promise<Entry[]> {
  const known = await paths(folder, ['ls-files', '-z', '--cached', '--others', '--exclude-standard'])
  // A folder that Git ignores still belongs to a platform.
  const names = known && known.length > 0 ? known : await walkFolder(folder)
  const read = await Promise.all([...new Set(names)].map((path) => readEntry(folder, path)))
  return read.filter((entry) => entry !== undefined)
}

/** The files in a folder as the next commit would have them, those that it changes. */
export async function stagedEntries(folder: string): Promise<Entry[]> {
  const names = (await paths(folder, ['diff', '--cached', '--name-only', '--relative', '-z', '--diff-filter=ACMRT'])) ?? []
  return objects(folder, names.map((path) => ({ name: `:./${path}`, path })))
}

/** Every version of every file, and every commit and tag message, in the whole history; undefined without a repository. */
export async function historyEntries(folder: string): Promise<Entry[] | undefined> {
  const listed = await git(folder, ['rev-list', '--objects', '--all']).catch(() => undefined)
  if (listed === undefined) return undefined
  const lines = listed.toString('utf8').split('\n').filter((line) => line !== '')
  return objects(folder, lines.map((line) => ({ name: line.slice(0, line.search(/ |$/)), path: line.replace(/^\S+ ?/, '') })))
}

async function paths(folder: string, args: string[]): Promise<string[] | undefined> {
  const output = await git(folder, args).catch(() => undefined)
  return output?.toString('utf8').split('\0').filter((path) => path !== '')
}

async function git(folder: string, args: string[]): Promise<Buffer> {
  const { stdout } = await promisify(execFile)('git', ['-C', folder, ...args], { encoding: 'buffer', maxBuffer: 1 << 30 })
  return stdout
}

/** The objects in one `git cat-file --batch`; trees hold only names and are left out. */
async function objects(folder: string, wanted: { name: string; path: string }[]): Promise<Entry[]> {
  const child = spawn('git', ['-C', folder, 'cat-file', '--batch'], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.on('error', () => {})
  child.stdin.end(wanted.map(({ name }) => `${name}\n`).join(''))
  const chunks: Buffer[] = []
  for await (const chunk of child.stdout) chunks.push(chunk as Buffer)
  const output = Buffer.concat(chunks)
  const found: Entry[] = []
  let at = 0
  for (const { path } of wanted) {
    const line = output.indexOf(10, at)
    const [object = '', type = '', size = ''] = output.toString('utf8', at, line).split(' ')
    if (!/^\d+$/.test(size)) throw new Error(`git cat-file gave no object for ${path}`)
    at = line + 1 + Number(size) + 1
    if (type !== 'tree') found.push({ path: path || `${type} ${object.slice(0, 12)}`, bytes: output.subarray(line + 1, at - 1), object })
  }
  return found
}

async function walkFolder(folder: string, inside = folder): Promise<string[]> {
  const entries = await readdir(inside, { withFileTypes: true })
  const found = await Promise.all(
    entries.map(async (entry): Promise<string[]> => {
      if (SKIPPED.has(entry.name)) return []
      const path = join(inside, entry.name)
      return entry.isDirectory() ? walkFolder(folder, path) : [relative(folder, path)]
    }),
  )
  return found.flat()
}

/** A link is read as what it says, as Git does; a file deleted but still in the index is nothing. */
async function readEntry(folder: string, path: string): Promise<Entry | undefined> {
  const full = join(folder, path)
  const found = await lstat(full).catch(() => undefined)
  if (found?.isSymbolicLink()) return { path, bytes: Buffer.from(await readlink(full)) }
  return found?.isFile() ? { path, bytes: await readFile(full) } : undefined
}
