import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as judge from '../../lib/engine/judge.mts'
import { rollback, withTag, type RolledBack } from '../../lib/cluster/rollback.mts'
import { bench } from '../engine/stage.mts'
import { throws } from '../rejects.mts'
import { HEAD } from './application.mts'
import { argo, type Trouble } from './argo.mts'

const test = suite('rollback')

async function run(trouble?: Trouble, look = 600) {
  const world = argo(trouble)
  const { verdict, found } = await judge.drill(bench('apply'), 'A24', rollback(world.branch, world.repository, world.kube, '1s', look, 10), async () => [])
  return { ...world, verdict, back: (found as { after: RolledBack }).after }
}

test('what cannot start is seen, its revert heals it, and nobody outside notices', async () => {
  const { verdict, back, heads, done } = await run()
  assert.is(verdict, 'ok', JSON.stringify(back))
  assert.equal([typeof back.seenBad, typeof back.healthy, back.heldUp, back.failed, back.last], ['number', 'number', 'Pending: ErrImagePull', 0, 'nothing wrong'])
  assert.equal(done.filter(what => !what.startsWith('change')), ['drill: a version of the canary that cannot start', 'push drill', 'revert', 'push drill', 'push drill'])
  assert.equal(heads, { main: HEAD, drill: HEAD })
})

test('requests that fail meanwhile are counted, and are red', async () => {
  const { verdict, back } = await run('old pods go')
  assert.equal([verdict, back.failed > 0], ['failed', true])
  assert.match(back.first, '502 Bad Gateway')
})

test('an image that starts although nobody has it proves nothing', async () => {
  const { verdict, back } = await run('anything starts', 0)
  assert.equal([verdict, back.seenBad], ['failed', 'never'])
})

test('a revert that does not heal is red, and the branch is put back', async () => {
  const { verdict, back, heads } = await run('stays bad', 0)
  assert.equal([verdict, back.healthy, back.last, heads.drill], ['failed', 'never', 'Progressing', HEAD])
})

test('the tag alone is changed, and the comments stay', () => {
  assert.is(withTag('# Where a version stands.\nimages:\n  - name: busybox\n    newTag: "1.37.0" # raised\n'), '# Where a version stands.\nimages:\n  - name: busybox\n    newTag: "no-such-version" # raised\n')
})

test('without a tag there is nothing to break', () => assert.match(throws(() => withTag('resources: []\n')).message, 'names no image whose tag could be changed'))

test.run()
