import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { lines } from '../../lib/host/lines.mts'

const test = suite('lines')

test('each line that says something is there, without the blanks around it', () => {
  assert.equal(lines('one\n\n  two three \n\t\n'), ['one', 'two three'])
})

test('an output of nothing has no lines', () => assert.equal([lines(''), lines('\n')], [[], []]))

test.run()
