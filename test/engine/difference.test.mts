import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { difference } from '../../lib/engine/difference.mts'
import { atLeast, holds } from '../../lib/engine/want.mts'

const test = suite('difference')

test('what holds has no difference', () => {
  assert.equal(difference({ a: ['x', atLeast(1)] }, { a: ['x', 2] }), [])
})

test('a value shows what is and what is wanted', () => {
  assert.equal(difference('no', 'yes'), ['- yes', '+ no'])
  assert.equal(difference(true, false), ['- false', '+ true'])
})

test('an object shows only the keys that differ, by their path', () => {
  assert.equal(difference({ ssh: { root: 'no', x11: 'no' } }, { ssh: { root: 'yes', x11: 'no' } }), ['- ssh.root  yes', '+ ssh.root  no'])
})

test('a key that is missing is only wanted, and one too many only found', () => {
  assert.equal(difference({ a: '1' }, {}), ['+ a  1'])
  assert.equal(difference({}, { a: '1' }), ['- a  1'])
})

test('a list shows the items that are extra and missing', () => {
  assert.equal(difference(['a', 'b'], ['b', 'c']), ['- c', '+ a'])
})

test('a list in another order shows both orders', () => {
  assert.equal(difference(['a', 'b'], ['b', 'a']), ['- ["b","a"]', '+ ["a","b"]'])
})

test('a text of several lines is compared line by line', () => {
  assert.equal(difference('a\nb\n', 'a\nc\n'), ['- c', '+ b'])
})

test('a matcher shows its words and the value that was found', () => {
  assert.equal(difference({ cpus: atLeast(2) }, { cpus: 1 }), ['- cpus  1', '+ cpus  at least 2'])
})

test('an item twice where once is wanted is not silent', () => {
  const lines = difference(['a'], ['a', 'a'])
  assert.not.ok(holds(['a'], ['a', 'a']))
  assert.ok(lines.length > 0)
})

test('nothing at all is what it was compared with', () => {
  assert.equal(difference('x', undefined), ['+ x'])
  assert.equal(difference(['x'], undefined), ['+ ["x"]'])
})

test('null is shown where an object is wanted', () => {
  assert.equal(difference({ a: '1' }, null), ['- null', '+ {"a":"1"}'])
})

test.run()
