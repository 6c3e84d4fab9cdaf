import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseOptions, USAGE } from '../../lib/engine/options.mts'
import { throws } from '../rejects.mts'

const test = suite('options')

test('without options it applies, without drills', () => {
  const { mode, drills, json, help, only, from } = parseOptions([])
  assert.equal([mode, drills, json, help, only, from], ['apply', false, false, false, undefined, undefined])
})

test('plan and verify are modes', () => {
  assert.equal([['--plan'], ['--verify']].map(args => parseOptions(args).mode), ['plan', 'verify'])
})

test('claims are chosen by a list or from one on', () => {
  assert.equal(parseOptions(['--only', 'B3, B4']).only, ['B3', 'B4'])
  assert.is(parseOptions(['--from', 'B3']).from, 'B3')
})

test('the host to disturb is named', () => {
  const { drills, yesDisturb } = parseOptions(['--drill', '--yes-disturb', 'vps'])
  assert.equal([drills, yesDisturb], [true, 'vps'])
})

for (const args of [['--plan', '--verify'], ['--drill', '--plan'], ['--drill', '--verify'], ['--force'], ['now'], ['--only'], ['--plan=yes']]) {
  test(`${args.join(' ')} is bad input`, () => assert.is(throws(() => parseOptions(args)).kind, 'input'))
}

test('an unknown option is named', () => assert.match(throws(() => parseOptions(['--force'])).message, '--force'))

test('every option is in the usage', () => {
  for (const option of ['plan', 'verify', 'drill', 'yes-disturb', 'only', 'from', 'json', 'help']) {
    assert.ok(USAGE.some(line => line.startsWith(`  --${option} `)), option)
  }
})

test.run()
