import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { printed } from '../../lib/host/shell.mts'
import { throws } from '../rejects.mts'

const test = suite('shell')

test('what a command printed is given back without the ends of its last lines', () => {
  assert.is(printed({ code: 0, stdout: ' a\nb\n\n', stderr: 'noise' }, 'x', [], '1m'), ' a\nb')
})

test('a command that ended badly is told with its code, its values and its last words', () => {
  const failure = throws(() => printed({ code: 3, stdout: 'half', stderr: '1\n2\n3\n4\n5\n6\n7\n' }, '\ncat "$1"\n', ['/x', 'y'.repeat(100)], '1m'))
  assert.equal([failure.kind, failure.message], ['claim', 'a command ended with 3'])
  assert.is(failure.facts.command, `cat "$1" "/x" "${'y'.repeat(80)}…"`)
  assert.not.match(String(failure.facts.found), '1')
  assert.match(String(failure.facts.found), /2\s+3\s+4\s+5\s+6\s+7/)
})

test('a command that was ended by its deadline says so', () => {
  for (const code of [124, 137]) {
    const failure = throws(() => printed({ code, stdout: '', stderr: '' }, 'sleep 9', [], '5s'))
    assert.equal([failure.message, failure.facts.waited], ['a command did not end within 5s', '5s'])
  }
})

test('a command without an exit code is no success', () => assert.match(throws(() => printed({ code: null, stdout: 'x', stderr: '' }, 'x', [], '1m')).message, 'null'))

test.run()
