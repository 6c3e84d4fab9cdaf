import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as judge from '../../lib/engine/judge.mts'
import { commitServed, type Served } from '../../lib/cluster/commit-served.mts'
import { bench } from '../engine/stage.mts'
import { HEAD } from './application.mts'
import { argo, type Trouble } from './argo.mts'

const test = suite('commit served')

async function run(trouble?: Trouble) {
  const world = argo(trouble)
  const { verdict, found, why = [] } = await judge.drill(bench('apply'), 'A23', commitServed(world.branch, world.repository, '1s'), async () => [])
  return { ...world, verdict, why, served: (found as { after: Served }).after }
}

test('a commit to the branch of the drills is synced and served, in seconds, and taken back', async () => {
  const { verdict, served, heads, done } = await run()
  assert.is(verdict, 'ok')
  assert.equal([typeof served.synced, typeof served.healthy, typeof served.served, served.last], ['number', 'number', 'number', 'nothing wrong'])
  assert.equal(done, ['drill: the canary says that somebody has been here', 'push drill', 'change Application argocd/canary', 'push drill', 'change Application argocd/canary'])
  assert.equal(heads, { main: HEAD, drill: HEAD })
})

test('what Argo CD does not look at is never served, and the branch is put back all the same', async () => {
  const { verdict, served, why, heads } = await run('argo sleeps')
  assert.equal([verdict, served.synced, served.served], ['failed', 'never', 'never'])
  assert.match(served.last, 'at 1a2b3c4, and drill is 1111111')
  assert.ok(why.some(line => line.includes('never')))
  assert.is(heads.drill, HEAD)
})

test.run()
