import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { withText } from '../../lib/host/yaml-text.mts'

const test = suite('yaml text')

const CHANGED: Record<string, [before: string, after: string]> = {
  'an empty value': ['a:\n  b:\n\n  # Why.\n  c:   1\n', 'a:\n  b: new\n\n  # Why.\n  c:   1\n'],
  'an empty value with a remark': ['a:\n  b: # why\n  c: 1\n', 'a:\n  b: new # why\n  c: 1\n'],
  'a value with a remark': ['a:\n    b: old   # why\n', 'a:\n    b: new   # why\n'],
  'a value between quotes': ['a: {b: "old",  c: 1}\n', 'a: {b: new,  c: 1}\n'],
  'an empty value among others on its line': ['a: { b: , c: 1 }\n', 'a: { b: new, c: 1 }\n'],
  'a text without an end': ['a:\n  b:', 'a:\n  b: new'],
  'a key that is not there': ['a:\n  c: 1 # why\n', 'a:\n  c: 1 # why\n  b: new\n'],
}

for (const [what, [before, after]] of Object.entries(CHANGED)) {
  test(`${what} is set, and the rest stays`, () => assert.is(withText(before, ['a', 'b'], 'new'), after))
}

test('what would be read as a number stays a text', () => assert.is(withText('a:\n  b:\n', ['a', 'b'], '12e3'), 'a:\n  b: "12e3"\n'))

test.run()
