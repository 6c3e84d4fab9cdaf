import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Failure } from '../../lib/engine/failure.mts'
import { inTime, moments } from '../../lib/cluster/moments.mts'
import { rejects } from '../rejects.mts'

const test = suite('moments')

test('each thing is told with the seconds at which it was first seen, and is not looked at again', async () => {
  let [looks, soon] = [0, false]
  const found = await moments('3s', performance.now(), { now: async () => { looks += 1; return true }, later: async () => { const was = soon; soon = true; return was } })
  assert.equal([found.now, looks], [0, 1])
  assert.ok(found.later === 0.5 || found.later === 0.6, String(found.later))
})

test('what is not seen in time is never, and holds nothing up', async () => {
  const found = await moments('600ms', performance.now(), { now: async () => true, never: async () => false })
  assert.equal([found, inTime.matches(found.now), inTime.matches(found.never)], [{ now: 0, never: 'never' }, true, false])
})

test('a sign that cannot be read is none yet', async () => {
  let looks = 0
  const { read } = await moments('3s', performance.now(), { read: async () => { if (++looks === 1) throw new Failure('the API server does not answer'); return true } })
  assert.is(typeof read, 'number')
})

test('a link that is gone ends it at once', async () => {
  assert.is((await rejects(moments('3s', performance.now(), { read: async () => { throw new Failure('gone', {}, 'lost') } }))).kind, 'lost')
})

test.run()
