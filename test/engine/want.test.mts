import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { anything, atLeast, atMost, holds, includes, oneOf, plain, within } from '../../lib/engine/want.mts'

const test = suite('want')

test('a value holds for itself alone', () => {
  assert.ok(holds('no', 'no'))
  assert.not.ok(holds('no', 'yes'))
  assert.not.ok(holds<unknown>('1', 1))
  assert.not.ok(holds<unknown>(null, undefined))
})

test('a list holds in its order and its length', () => {
  assert.ok(holds(['a', 'b'], ['a', 'b']))
  assert.not.ok(holds(['a', 'b'], ['b', 'a']))
  assert.not.ok(holds(['a'], ['a', 'b']))
  assert.not.ok(holds(['a', 'b'], ['a']))
  assert.not.ok(holds([], ['a']))
})

test('an object with a key too many or too few does not hold', () => {
  assert.ok(holds({ a: '1', b: '2' }, { b: '2', a: '1' }))
  assert.not.ok(holds<Record<string, string>>({ a: '1' }, { a: '1', b: '2' }))
  assert.not.ok(holds<Record<string, string>>({ a: '1', b: '2' }, { a: '1' }))
})

test('a list is no object with the same keys', () => {
  assert.not.ok(holds<unknown>(['a'], { 0: 'a' }))
})

test('a reading that gave nothing holds for no value', () => {
  assert.not.ok(holds<unknown>({ a: '1' }, undefined))
  assert.not.ok(holds<unknown>([], undefined))
  assert.not.ok(holds<unknown>(true, undefined))
})

test('a matcher decides wherever it stands', () => {
  assert.ok(holds({ cpus: atLeast(2), names: ['x'] }, { cpus: 4, names: ['x'] }))
  assert.not.ok(holds({ cpus: atLeast(2), names: ['x'] }, { cpus: 1, names: ['x'] }))
  assert.not.ok(holds([atMost(1), atMost(1)], [0, 2]))
})

test('at least and at most include their bound', () => {
  assert.equal([9, 10, 11].map(found => atLeast(10).matches(found)), [false, true, true])
  assert.equal([9, 10, 11].map(found => atMost(10).matches(found)), [true, true, false])
})

test('a number that is none is neither at least nor at most', () => {
  assert.not.ok(atLeast(0).matches(NaN))
  assert.not.ok(atMost(0).matches(NaN))
})

test('one of a set, and no other', () => {
  assert.ok(oneOf('a', 'b').matches('b'))
  assert.not.ok(oneOf('a', 'b').matches('c'))
})

test('includes wants all, whatever else there is; within allows these, and nothing else', () => {
  assert.ok(includes('a').matches(['a', 'b']))
  assert.not.ok(includes('a', 'c').matches(['a', 'b']))
  assert.ok(within('a', 'b').matches(['b']))
  assert.not.ok(within('a').matches(['a', 'b']))
})

test('anything holds for whatever was read', () => assert.ok(anything().matches('')))

test('a wish is shown in words, also inside of lists and objects', () => {
  assert.equal(plain({ cpus: atLeast(2), of: [oneOf('a', 'b')], name: 'x' }), { cpus: 'at least 2', of: ['one of a, b'], name: 'x' })
  assert.equal(plain(null), null)
})

test.run()
