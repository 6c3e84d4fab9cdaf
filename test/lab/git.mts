import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { $ } from 'zx'
import { Failure } from '../../lib/engine/failure.mts'
import { hostName, pinnedGit } from '../../lib/host/ssh-git-options.mts'

/** The lab's operator: the same commit has the same name wherever it is made of the same files, so nobody's settings count. */
export const AUTHOR = { name: 'operator', email: 'operator@lab.example' }
const ENV = {
  GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C',
  ...Object.fromEntries(['AUTHOR', 'COMMITTER'].flatMap(who => Object.entries(AUTHOR).map(([what, value]) => [`GIT_${who}_${what.toUpperCase()}`, value]))),
}

/** Runs Git on this machine, in a folder, as the lab's operator; what it printed. Throws a `Failure` with Git's words when it did not work. */
export async function git(folder: string, words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { exitCode, stdout, stderr } = await $({ cwd: folder, env: { ...process.env, ...ENV, ...env }, nothrow: true, quiet: true })`git ${words}`
  if (exitCode === 0) return stdout.trim()
  throw new Failure('git could not do it', { command: `git ${words.join(' ')}`, found: stderr.trim() || `exit ${exitCode}` })
}

/** How a Git server is reached: by its host key alone, with a private key that lies in a file. */
export type Remote = { readonly url: string, readonly hostKey: string, readonly key: string }

/** The same over SSH, with the server's address as the last word. */
export async function remoteGit(folder: string, words: readonly string[], { url, hostKey, key }: Remote): Promise<string> {
  const aside = await mkdtemp(join(tmpdir(), 'lab-git-'))
  try {
    const alias = hostName(url)
    await writeFile(join(aside, 'known_hosts'), `${alias} ${hostKey}\n`)
    return await git(folder, words, pinnedGit({ url, hostKey, key, alias, branch: '' }, aside, key))
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
}
