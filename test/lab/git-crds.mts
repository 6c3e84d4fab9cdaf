import { chmod, copyFile, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { $ } from 'zx'
import { moduleFolder } from './argocd/programs.mts'
import { git } from './git.mts'
import { contentKey, FINISHED, kept } from './k3s/kept.mts'
import { alone } from './k3s/lock.mts'

/** Where gitops/ reads the custom resource definitions from, and where they lie in it. */
export const CRDS = { url: 'https://github.com/prometheus-operator/prometheus-operator.git', path: 'example/prometheus-operator-crd' }

const MODULE = 'github.com/prometheus-operator/prometheus-operator'
const MADE = '2026-01-01T00:00:00Z'

/** Whether the tag can be read from where it is published. */
export async function crdsAnswer(tag: string): Promise<boolean> {
  const within = $({ nothrow: true, quiet: true, timeout: '10s', env: { ...process.env, GIT_TERMINAL_PROMPT: '0' } })
  return (await within`git ls-remote --exit-code ${CRDS.url} ${`refs/tags/${tag}`}`).exitCode === 0
}

/** A repository with this tag, and nothing in it but the genuine definitions, which the module of the same version holds; made once. */
export async function crds(tag: string): Promise<string> {
  await mkdir(FINISHED, { recursive: true })
  return alone(join(FINISHED, 'crds.lock'), async () => kept('prometheus-operator', await contentKey([], MODULE, tag, CRDS, MADE), async out => {
    const from = join(await moduleFolder(MODULE, tag), CRDS.path)
    const to = join(out, CRDS.path)
    await mkdir(to, { recursive: true })
    for (const file of await readdir(from)) {
      await copyFile(join(from, file), join(to, file))
      // The module's own are read-only.
      await chmod(join(to, file), 0o644)
    }
    const dates = { GIT_AUTHOR_DATE: MADE, GIT_COMMITTER_DATE: MADE }
    await git(out, ['init', '--quiet', '--initial-branch=main'])
    await git(out, ['add', '--all'])
    await git(out, ['commit', '--quiet', '--message', `the definitions of ${tag}, out of its Go module`], dates)
    await git(out, ['tag', tag])
  }))
}
