import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { DRILL_BRANCH, isBranch } from '../../lib/host/branch.mts'

const test = suite('branch')

test('a plain name is a branch', () => {
  assert.equal(['main', 'release/1.2', 'a-b_c.d'].filter(name => !isBranch(name)), [])
})

test('what Git would not take, or take for something else, is none', () => {
  assert.equal(['', '-x', 'a..b', 'a//b', 'a b', 'a~1', 'x.lock', 'a/', '.a', 'a:b'].filter(isBranch), [])
})

test('the branch of the drills is never the one that Argo CD follows', () => assert.not.ok(isBranch(DRILL_BRANCH)))

test.run()
