import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { holds } from '../../lib/engine/want.mts'
import { asInGit, served, siteOf } from '../../lib/cluster/canary.mts'
import { rejects, throws } from '../rejects.mts'
import { answering } from '../host/answering.mts'
import type { Declared } from '../../lib/cluster/gitops.mts'

const test = suite('canary')
const PAGE = `${'a page of many words '.repeat(20)}\n`
const gitops = async () => ({ canary: { host: 'canary.platform.internal', page: PAGE } }) as unknown as Declared
const read = (http: string, https = http, outside: object | undefined = {}) => served(answering('', outside).host, async (scheme, name) => (name === 'canary.platform.internal' ? { http, https }[scheme] : '404'), gitops)()

test('the whole page that Git has, on both ports, is as in Git', async () => {
  assert.ok(holds(asInGit, await read(`200 ${PAGE.trim()}`)))
})

test('any other answer is told, and one that differs only in its last word is another', async () => {
  assert.equal(await read('ECONNREFUSED', '404 page not found'), { http: 'ECONNREFUSED', https: '404 page not found' })
  const { http } = await read(`200 ${PAGE.trim()} more`)
  assert.equal([http.slice(0, 10), http.length], ['200 a page', 200])
})

test('a platform without a canary is told so', () => {
  const without = (canary: Declared['canary']) => throws(() => siteOf({ canary } as unknown as Declared)).message
  assert.match(without({ host: '', page: PAGE }), 'gitops/ has no canary')
  assert.match(without({ host: 'canary.platform.internal', page: '' }), 'gitops/ has no canary')
})

test('from the host itself nothing can be told', async () => {
  const host = answering('').host
  assert.is((await rejects(served(host, async () => '', gitops)())).kind, 'unverified')
})

test.run()
