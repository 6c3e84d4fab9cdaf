import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as judge from '../../lib/engine/judge.mts'
import { headRead, parseHeadRead } from '../../lib/cluster/head-read.mts'
import { bench } from '../engine/stage.mts'
import { application, declaredApplication, HEAD, NOW, OLD } from './application.mts'
import { fakeKube } from './fake.mts'
import type { Declared } from '../../lib/cluster/gitops.mts'

const test = suite('head read')
const gitops = async () => ({ head: HEAD, applications: [declaredApplication('root')], settings: [] }) as unknown as Declared
const at = (revision: string) => application('root', { status: { sync: { ...application('root').status?.sync, revision } } })

/** What becomes of the claim where Argo CD reads this once it was asked to look. */
function judged(mode: 'apply' | 'verify', first: unknown, then: unknown = first) {
  let live = [first, application('web', { metadata: { namespace: 'shop' } })]
  const { kube, done } = fakeKube({ '/apis/argoproj.io/v1alpha1/applications': () => live }, NOW)
  const state = headRead({ ...kube, merge: async object => { live = [then]; return kube.merge(object) } }, gitops)
  return { result: judge.ensure(bench(mode), state), done }
}

test('the head, read lately, is well', async () => {
  const { result, done } = judged('apply', application('root'))
  const { verdict, found } = await result
  assert.equal([verdict, found], ['ok', { head: '1a2b3c4', read: '1a2b3c4', atMost: 540, secondsAgo: 30, errors: [] }])
  assert.equal(done, [])
})

test('where the head was not read yet, Argo CD is asked to look at what is its own', async () => {
  const { result, done } = judged('apply', at(OLD), application('root'))
  assert.is((await result).verdict, 'changed')
  assert.equal(done, ['change Application argocd/root'])
})

test('a repository that cannot be read is red, and nothing is written in --verify', async () => {
  const { result, done } = judged('verify', application('root', { status: { conditions: [{ type: 'ComparisonError', message: 'ssh: handshake failed: knownhosts: key mismatch\nmore' }] } }))
  const { verdict, why } = await result
  assert.is(verdict, 'failed')
  assert.match(why?.join(' ') ?? '', 'ComparisonError: ssh: handshake failed: knownhosts: key mismatch')
  assert.equal(done, [])
})

test('a controller that stands still is red', async () => {
  assert.is((await judged('apply', application('root', { status: { reconciledAt: '2026-11-21T11:00:00Z' } })).result).verdict, 'failed')
})

test('no root at all has read nothing', () => {
  assert.equal(parseHeadRead(HEAD, undefined, NOW, 210), { head: '1a2b3c4', read: 'nothing', atMost: 210, secondsAgo: 'never', errors: [] })
})

test.run()
