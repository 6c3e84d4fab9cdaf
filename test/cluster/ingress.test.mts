import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as judge from '../../lib/engine/judge.mts'
import { ingress } from '../../lib/cluster/ingress.mts'
import { answering } from '../host/answering.mts'
import { bench } from '../engine/stage.mts'
import { rejects } from '../rejects.mts'
import { cluster } from './cluster.mts'
import type { Web } from '../../lib/cluster/web.mts'

const test = suite('ingress')

/** What becomes of the drill behind a Traefik that serves what there is an Ingress for, or something else. */
function run(traefik: (page: string) => string = page => page) {
  const { kube, done, objects } = cluster(() => ({}))
  const web: Web = async (_scheme, name) => traefik([...objects.values()].some(({ kind }) => kind === 'Ingress') ? `200 ${name.split('.')[0]}` : '404 page not found')
  return { result: judge.drill(bench('apply'), 'K31', ingress(answering('', {}).host, kube, web, '1s'), async () => []), done }
}

test('a site answers by its name while it has an Ingress, and is unknown without', async () => {
  const { result, done } = run()
  const { verdict, found } = await result
  const { after } = found as { after: { with: unknown, without: unknown } }
  assert.is(verdict, 'ok')
  assert.equal(after.without, { http: '404 page not found', https: '404 page not found' })
  assert.equal(done.slice(-3), ['apply Ingress runbooks-trial-X/site', 'remove Ingress runbooks-trial-X/site', 'remove Namespace runbooks-trial-X'])
})

test('a site that is still served without its Ingress is red', async () => {
  let last = ''
  const { verdict } = await run(page => (last = page.startsWith('200') ? page : last)).result
  assert.is(verdict, 'failed')
})

test('a site that does not come is told with what came instead', async () => {
  const { message, facts } = await rejects(run(() => 'ECONNREFUSED').result)
  assert.equal([message, facts.found], ['the test site does not answer outside', { http: 'ECONNREFUSED', https: 'ECONNREFUSED' }])
})

test('from the host itself nothing can be told, and nothing is put up', async () => {
  const { kube, done } = cluster(() => ({}))
  const { before } = ingress(answering('').host, kube, async () => '200')
  assert.is((await rejects(before())).kind, 'unverified')
  assert.equal(done, [])
})

test.run()
