import { constants } from 'node:fs'
import { access, link, lstat, mkdir, open as openFile, readdir, readFile, realpath, rename, rm } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { basename, dirname, join, resolve } from 'node:path'
import { badInput } from '../engine/failure.mts'

/** The names of the files in `secrets/`, sorted; a folder that is not there has none. */
export async function secretFiles(folder: string): Promise<string[]> {
  const entries = await readdir(join(folder, 'secrets'), { recursive: true, withFileTypes: true }).catch(absent)
  const files = (entries ?? []).filter((entry) => !entry.isDirectory())
  return files.map(({ parentPath, name }) => join(parentPath, name).slice(join(folder, 'secrets').length + 1)).sort()
}

/** The path of a secret file named as people name it: a path, or `postgres` for `secrets/postgres.sops.yaml`. */
export async function locateSecret(folder: string, name: string): Promise<string> {
  const candidates = [resolve(name), join(folder, name), join(folder, 'secrets', name), join(folder, 'secrets', `${name}.sops.yaml`)]
  for (const path of candidates) {
    const found = await access(path, constants.R_OK).then(() => true, () => false)
    if (found && !(await lstat(path)).isDirectory()) return path
  }
  throw badInput(`there is no secret file ${name}`, { found: (await secretFiles(folder)).join(', ') || `nothing in ${join(folder, 'secrets')}` })
}

/** The text of a SOPS YAML file; other stores and other encodings are refused. */
export async function readSecretFile(path: string): Promise<string> {
  if (!/\.ya?ml$/.test(path)) throw badInput(`${basename(path)} is no YAML file; this project reads SOPS' YAML store only`, { next: `sops decrypt ${path}` })
  const bytes = await readFile(path)
  try {
    return new TextDecoder('utf8', { fatal: true }).decode(bytes)
  } catch {
    throw badInput(`${basename(path)} is not UTF-8 text`)
  }
}

/** Writes a file so that a reader sees the old text or the new one, and a power cut leaves one of them; keeps its mode. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const target = await realpath(path)
  await written(target, text, (await lstat(target)).mode & 0o777, rename)
}

/** Writes a file that must not exist yet, with its folder. */
export async function createFile(path: string, text: string, mode: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: mode === 0o600 ? 0o700 : 0o777 })
  await written(path, text, mode, async (temporary) => {
    await link(temporary, path).catch((thrown: NodeJS.ErrnoException) => {
      throw thrown.code === 'EEXIST' ? badInput(`${path} exists already; it is never overwritten`) : thrown
    })
    await rm(temporary)
  })
}

async function written(path: string, text: string, mode: number, place: (temporary: string, path: string) => Promise<void>): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`)
  try {
    const file = await openFile(temporary, 'wx', mode)
    try {
      await file.writeFile(text)
      await file.chmod(mode)
      await file.sync()
    } finally {
      await file.close()
    }
    await place(temporary, path)
  } finally {
    await rm(temporary, { force: true })
  }
  const parent = await openFile(dirname(path), 'r')
  await parent.sync().finally(() => parent.close())
}

function absent(thrown: NodeJS.ErrnoException): undefined {
  if (thrown.code !== 'ENOENT') throw thrown
}
