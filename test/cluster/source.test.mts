import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { drillBranch, head, IN_ORDER, READS, sourceProblems, sources } from '../../lib/cluster/source.mts'
import { readGitops } from '../../lib/cluster/gitops.mts'
import { holds } from '../../lib/engine/want.mts'
import { settings } from '../engine/stage.mts'
import { ROOT } from '../groups.mts'
import type { Repository } from '../../lib/host/ssh-git.mts'

const test = suite('source')
const URL = 'ssh://git@git.example.org/platform.git'
const config = settings(`GITOPS_URL=${URL}`)

function problems(name: string, source: object, file = `gitops/apps/${name}.yaml`): string[] {
  return sourceProblems({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name }, spec: { source } }, file, config)
}

const own = (path: string, targetRevision = 'main') => ({ repoURL: URL, path, targetRevision })

test('this repository\'s own Applications are in order', async () => {
  const found = await sources(async () => ({ ...readGitops(ROOT), head: 'a' }), config)()
  assert.ok(holds(IN_ORDER, found), found.problems.join('\n'))
})

test('an Application is called like its file and its folder', () => {
  assert.equal(problems('web', own('gitops/web')), [])
  assert.equal(problems('root', own('gitops/apps'), 'gitops/root.yaml'), [])
  assert.equal(problems('web', own('gitops/web'), 'gitops/apps/shop.yaml'), ['gitops/apps/shop.yaml is called web'])
  assert.equal(problems('web', own('gitops/shop')), ['gitops/apps/web.yaml reads gitops/shop, and not gitops/web'])
})

test('it follows the branch, and the drills\' branch is the canary\'s alone', () => {
  assert.equal([problems('web', own('gitops/web', 'main')), problems('canary', own('gitops/canary', 'drill'))], [[], []])
  assert.equal(problems('web', own('gitops/web', 'drill')), ['gitops/apps/web.yaml follows drill'])
  assert.equal(problems('web', own('gitops/web', 'next')), ['gitops/apps/web.yaml follows next'])
})

test('what it reads elsewhere is one version, and never a branch or a range', () => {
  const at = (targetRevision?: string) => problems('web', { repoURL: 'https://charts.example.org', chart: 'web', ...(targetRevision !== undefined && { targetRevision }) })
  assert.equal(['1.2.3', 'v0.93.1', '87.21.2-rc.1', 'a'.repeat(40)].flatMap(at), [])
  for (const revision of ['main', 'HEAD', '1.2', '1.*', '>=1.2.3', '~1.2.3', undefined]) assert.is(at(revision).length, 1, String(revision))
})

test('one without a source is told', () => assert.equal(sourceProblems({ apiVersion: '', kind: 'Application', metadata: { name: 'web' } }, 'gitops/apps/web.yaml', config), ['gitops/apps/web.yaml has no source']))

test('a key that may write, or may not read, is red', () => {
  assert.equal([{ reads: 'yes', writes: 'refused' }, { reads: 'yes', writes: 'yes' }, { reads: 'refused', writes: 'not asked' }].map(found => holds(READS, found)), [true, false, false])
})

test('the branch of the drills is brought to where the other is, and no other is pushed', async () => {
  const heads: Record<string, string> = { main: 'b', drill: 'a' }
  const pushed: string[] = []
  const repository: Repository = {
    url: URL, heads: async () => heads, rights: async () => ({ reads: 'yes', writes: 'refused' }),
    clone: async (branch, use) => use({ folder: '', head: async () => heads[branch] ?? '', commit: async () => '', revert: async () => '', push: async to => { pushed.push(to); heads[to] = heads[branch] ?? '' } }),
  }
  const { read, want, act } = drillBranch(repository, config)
  const before = await read()
  assert.equal([before, holds(want, before)], [{ follows: 'b', drill: 'a' }, false])
  await act(before)
  assert.equal([pushed, holds(want, await read()), await head(repository, config)()], [['drill'], true, { branch: 'main', head: 'b' }])
  assert.ok(!holds(want, { follows: 'absent', drill: 'absent' }))
})

test.run()
