import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { settled } from '../../lib/cluster/settled.mts'
import { rejects } from '../rejects.mts'
import { answering } from '../host/answering.mts'
import { application, declaredApplication, HEAD, NOW, URL } from './application.mts'
import { fakeKube } from './fake.mts'
import type { Declared } from '../../lib/cluster/gitops.mts'
import type { Repository } from '../../lib/host/ssh-git.mts'

const test = suite('settled')
const gitops = async () => ({ head: HEAD, applications: [declaredApplication('root'), declaredApplication('web')], settings: [] }) as unknown as Declared
const repository = { url: URL, heads: async () => ({ main: HEAD }) } as unknown as Repository

/** Of Applications that were looked at half a minute ago, on a host that was booted so many seconds ago. */
function world(booted: number, live = [application('root'), application('web')]) {
  const { kube, done } = fakeKube({ '/apis/argoproj.io/v1alpha1/applications': live, '/api/v1/pods': [], '/apis/apps/v1/deployments': [] }, NOW)
  return { reading: settled(answering(String(NOW / 1000 - booted)).host, kube, gitops, repository), done }
}

test('what was looked at in this boot counts, and it is asked for once', async () => {
  const { reading, done } = world(60)
  assert.equal([await reading(), await reading()], [2, 2])
  assert.equal(done, ['change Application argocd/root', 'change Application argocd/web'])
})

test('what Argo CD said before the boot does not count', async () => {
  const { facts } = await rejects(world(10).reading())
  assert.is(facts.found, 'root: not looked at in this boot | web: not looked at in this boot')
})

test('one that is not well yet is told', async () => {
  const { facts } = await rejects(world(60, [application('root'), application('web', { status: { health: { status: 'Progressing' } } })]).reading())
  assert.is(facts.found, 'web: Progressing')
})

test.run()
