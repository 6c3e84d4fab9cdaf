import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { human, milliseconds, until } from '../../lib/engine/deadline.mts'
import { rejects, throws } from '../rejects.mts'

const test = suite('deadline')

test('a duration is a number and a unit', () => {
  assert.equal(['90ms', '90s', '3m', '26h', '90d'].map(milliseconds), [90, 90_000, 180_000, 93_600_000, 7_776_000_000])
})

for (const text of ['', '90', 's', '1.5s', '-1s', '1 s', '1w', '1s2m']) {
  test(`"${text}" is no duration`, () => assert.match(throws(() => milliseconds(text)).message, 'is not a duration'))
}

test('a duration reads as people say it', () => {
  assert.equal([0, 440, 9949, 41_000, 185_000, 7_800_000].map(human), ['0.0 s', '0.4 s', '9.9 s', '41 s', '3 m 5 s', '2 h 10 m'])
})

test('seconds never round up to sixty', () => {
  assert.equal([59_400, 59_600, 3_599_600].map(human), ['59 s', '1 m 0 s', '1 h 0 m'])
})

test('what is done at once is tried once', async () => {
  let tries = 0
  assert.is(await until('1s', async () => ({ done: true, last: ++tries })), 1)
})

test('it is tried again until it is done', async () => {
  let tries = 0
  const waited: number[] = []
  const last = await until('5s', async () => ({ done: ++tries === 3, last: tries }), { every: 5, waiting: number => waited.push(number) })
  assert.is(last, 3)
  assert.equal(waited, [1, 2])
})

test('after the deadline the last answer is given back', async () => {
  const start = performance.now()
  const last = await until('60ms', async () => ({ done: false, last: 'still starting' }), { every: 10 })
  assert.is(last, 'still starting')
  assert.ok(performance.now() - start < 10_000)
})

test('an attempt that throws ends the wait', async () => {
  const failure = await rejects(until('1m', async () => { throw new Error('broken') }, { every: 5 }))
  assert.is(failure.message, 'broken')
})

test('an interruption ends the wait', async () => {
  const abort = new AbortController()
  const waiting = until('1m', async () => ({ done: false, last: 0 }), { every: 20_000, signal: abort.signal })
  setTimeout(() => abort.abort(), 20)
  assert.match((await rejects(waiting)).message, /abort/i)
})

test.run()
