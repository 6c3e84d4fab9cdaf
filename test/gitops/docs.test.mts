import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { folder } from '../folder.mts'
import { ROOT } from '../groups.mts'
import { sections } from '../sources.mts'
import { rendered } from './kustomization.mts'
import { violations } from './policy.mts'
import { readGitops } from '../../lib/cluster/gitops.mts'

const test = suite('docs/gitops.md')

const PAGE = sections(readFileSync(join(ROOT, 'docs/gitops.md'), 'utf8'), 3)
const WHO = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@example.org', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@example.org', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }

const [platform, origin] = [folder(), folder()]
const env = { ...process.env, ...WHO, PLATFORM_DIR: platform }
const git = (...words: string[]) => execFileSync('git', words, { cwd: platform, env, encoding: 'utf8' }).trim()

/** Pastes the first block under a heading, which is the one that changes something. */
function paste(heading: string): void {
  const [, script = ''] = /^```sh fix\n([\s\S]*?)^```$/m.exec(PAGE.get(heading) ?? '') ?? []
  assert.match(script, /git push/)
  const { status, stdout, stderr } = spawnSync('bash', ['-ec', script], { cwd: folder(), env, encoding: 'utf8' })
  assert.is(status, 0, stdout + stderr)
}

test.before(() => {
  cpSync(join(ROOT, 'gitops'), join(platform, 'gitops'), { recursive: true })
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', origin])
  git('init', '--quiet', '--initial-branch=main')
  git('remote', 'add', 'origin', origin)
  git('add', '--all')
  git('commit', '--quiet', '--message', 'as it is')
})

test('an app comes by one file and one folder, follows main, and breaks no rule', () => {
  paste('Add an app')
  assert.equal(git('show', '--format=', '--name-only', 'origin/main').split('\n').filter(file => !file.startsWith('gitops/hello/')), ['gitops/apps/hello.yaml'])
  const hello = rendered(join(platform, 'gitops/hello'))
  assert.equal(violations(hello), [])
  assert.equal(hello.filter(({ kind, metadata: { name, namespace } }) => kind !== 'Namespace' && namespace !== 'hello' || /canary/i.test(name)), [])
  const application = readGitops(platform).applications.find(({ metadata }) => metadata.name === 'hello')
  const { source, destination } = application?.['spec'] as Record<'source' | 'destination', Record<string, string>>
  assert.equal([source.targetRevision, source.path, destination.namespace], ['main', 'gitops/hello', 'hello'])
})

test('nothing of the one it was copied from is left in it', () => {
  assert.is(spawnSync('grep', ['-ri', 'canary', join(platform, 'gitops/hello'), join(platform, 'gitops/apps/hello.yaml')]).status, 1)
})

test('it goes with them, and leaves the folder as it was', () => {
  paste('Remove an app')
  assert.not.ok(existsSync(join(platform, 'gitops/hello')))
  assert.is(git('rev-parse', 'origin/main^{tree}'), git('rev-parse', 'HEAD~2^{tree}'))
})

test('one line gives the platform its own repository, in every Application', () => {
  const [, line = ''] = /^(sed -i\.old .*)$/m.exec(readFileSync(join(ROOT, 'docs/gitops.md'), 'utf8')) ?? []
  execFileSync('bash', ['-ec', line], { cwd: platform, env: { ...env, GITOPS_URL: 'ssh://git@[2001:db8::1]:2222/srv/platform.git' } })
  assert.equal(git('status', '--porcelain').split('\n').map(file => file.trim()), ['M gitops/apps/argocd.yaml', 'M gitops/apps/canary.yaml', 'M gitops/apps/platform.yaml', 'M gitops/root.yaml'])
  assert.is(spawnSync('grep', ['-r', 'git.example.org', join(platform, 'gitops')]).status, 1)
})

test.run()
