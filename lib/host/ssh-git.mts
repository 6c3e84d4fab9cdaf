import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { $ } from 'zx'
import { badInput, Failure } from '../engine/failure.mts'
import { DRILL_BRANCH } from './branch.mts'
import { askedFor, isAnswer, pinnedGit, refused } from './ssh-git-options.mts'
import { fed } from './shell.mts'
import { checkKey } from './ssh-options.mts'
import type { Config } from '../engine/config.mts'
import type { Secret } from '../secrets/secret.mts'
import type { Host } from './host.mts'

/** A temporary clone: what is committed in it is nowhere else until it is pushed. */
export type Clone = {
  readonly folder: string
  /** The commit that is checked out. */
  head(): Promise<string>
  /** Commits everything that was changed in the folder; the new commit. */
  commit(message: string): Promise<string>
  /** Commits the opposite of the last commit; the new commit. */
  revert(): Promise<string>
  /** Makes that branch of the server what is checked out, unless somebody moved it meanwhile; never the branch that Argo CD follows. */
  push(branch: string): Promise<void>
}

/** The Git server's repository, by the pinned host key. */
export type Repository = {
  readonly url: string
  /** The commit of each of its branches. */
  heads(): Promise<Record<string, string>>
  /** A temporary clone, removed afterwards whatever happens. */
  clone<T>(branch: string, use: (clone: Clone) => Promise<T>): Promise<T>
  /** Whether somebody with this key may read it, and write to it: asked, never done. */
  rights(key: Secret): Promise<Rights>
}

/** Whether a key may read the repository, and whether it may write. */
export type Rights = { readonly reads: string, readonly writes: string }

const WITHIN = '1m'
// Who commits in the drills: nobody's settings of Git count here, and none of his hooks.
const AUTHOR = ['-c', 'user.name=runbooks', '-c', 'user.email=runbooks@platform.internal', '-c', 'advice.detachedHead=false']
// The key is nowhere but in the agent's memory. The agent is ended with the command, or, when that is killed, sees it within seconds.
const WITH_AGENT = `
trap 'ssh-agent -k > /dev/null' EXIT
ssh-add -q - 2> /dev/null || { echo 'the key cannot be read' >&2; exit 1; }
"$@" < /dev/null
`

// Its own process group: Ctrl-C on the terminal must not end what puts a branch back.
const spawn = $({ quiet: true, nothrow: true, detached: true, timeout: WITHIN })

type Git = (...words: string[]) => Promise<string>

/** The repository of GITOPS_URL with the operator's key; each call throws bad input that names every setting that is missing. */
export function repository(host: Host, config: Config): Repository {
  const url = config.GITOPS_URL ?? ''

  /** A folder with the pinned host key, and Git as it is used from there: without anybody's settings, asking nobody. */
  async function aside<T>(use: (git: Git, folder: string) => Promise<T>, key?: Secret): Promise<T> {
    const asked = askedFor(config)
    if (key === undefined) checkKey({ SSH_KEY: asked.key }, config.GITOPS_KEY ? 'GITOPS_KEY' : 'SSH_KEY')
    const folder = await mkdtemp(join(tmpdir(), 'gitops-'))
    try {
      await writeFile(join(folder, 'known_hosts'), `${asked.alias} ${asked.hostKey}\n`)
      const env = { ...process.env, ...pinnedGit(asked, folder, key ? undefined : asked.key) }
      const git: Git = async (...words) => {
        const all = ['git', ...AUTHOR, ...words]
        const run = spawn({ env })
        const { exitCode, stdout, stderr } = key ? await fed(run`ssh-agent bash -c ${WITH_AGENT} bash ${all}`, key) : await run`${all}`
        if (exitCode !== 0) throw refused(asked, words, stderr, exitCode === null ? WITHIN : undefined)
        return stdout.trim()
      }
      return await use(git, folder)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  return {
    url,
    heads: () => aside(async git => parseHeads(await git('ls-remote', '--heads', url))),
    clone: (branch, use) => aside(async (git, folder) => {
      const to = join(folder, 'clone')
      await git('clone', '--quiet', '--branch', branch, url, to)
      return use(cloned(host, config, (...words) => git('-C', to, ...words), to))
    }),
    rights: key => aside(async (git, folder) => {
      const reads = await allowed(() => git('ls-remote', '--heads', url))
      if (reads !== 'yes') return { reads, writes: 'not asked' }
      // A rehearsed push of a branch that nobody has: it would change nothing that is there.
      await git('init', '--quiet', folder)
      await git('-C', folder, 'commit', '--quiet', '--allow-empty', '--message', 'never pushed')
      return { reads, writes: await allowed(() => git('-C', folder, 'push', '--quiet', '--dry-run', url, `HEAD:refs/heads/${DRILL_BRANCH}-rehearsal`)) }
    }, key),
  }
}

/** Whether the server lets it happen; throws where nobody was met who could say so. */
async function allowed(act: () => Promise<unknown>): Promise<'yes' | 'refused'> {
  try {
    await act()
    return 'yes'
  } catch (thrown) {
    if (thrown instanceof Failure && isAnswer(thrown)) return 'refused'
    throw thrown
  }
}

function cloned(host: Host, { GITOPS_BRANCH }: Config, git: Git, folder: string): Clone {
  const head = () => git('rev-parse', 'HEAD')
  return {
    folder,
    head,
    async commit(message) {
      await git('add', '--all')
      await git('commit', '--quiet', '--message', message)
      return head()
    },
    async revert() {
      await git('revert', '--no-edit', 'HEAD')
      return head()
    },
    async push(branch) {
      if (branch === GITOPS_BRANCH) throw badInput(`${branch} is the branch that Argo CD follows: a runbook never pushes to it`)
      host.changes(`push to the branch ${branch}`)
      // Where the branch was when this clone was made, or last pushed; nothing means that there must be none.
      const known = await git('for-each-ref', '--format=%(objectname)', `refs/remotes/origin/${branch}`)
      await git('push', '--quiet', `--force-with-lease=refs/heads/${branch}:${known}`, 'origin', `HEAD:refs/heads/${branch}`)
    },
  }
}

/** Parses lines of `sha<tab>refs/heads/name`. */
export function parseHeads(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/^([0-9a-f]{40,64})\trefs\/heads\/(.+)$/gm)].map(([, sha = '', name = '']) => [name, sha]))
}
