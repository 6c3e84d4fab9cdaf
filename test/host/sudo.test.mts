import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { asDeclared, parseSudo } from '../../lib/host/sudo.mts'
import { settings } from '../engine/stage.mts'
import { recorded } from './recorded.mts'

const test = suite('sudo')
const debian = { rules: ['%sudo ALL=(ALL:ALL) ALL', 'debian ALL=(ALL) NOPASSWD:ALL', 'root ALL=(ALL:ALL) ALL'], members: ['debian'] }

recorded(test, 'sudo', parseSudo, {
  'Debian 12 with its admin': debian,
  'ways in that do not look like rules': {
    rules: [
      '#1001 ALL=(ALL) NOPASSWD:ALL', '#include /home/eve/sudoers', '%sudo ALL=(ALL:ALL) ALL', '@includedir /home/eve/sudoers.d', 'Defaults:eve !authenticate',
      'User_Alias FRIENDS = eve, mallory', 'debian ALL=(ALL) NOPASSWD:ALL', 'mallory ALL = (ALL) NOPASSWD:ALL', 'root ALL=(ALL:ALL) ALL',
    ],
    members: ['debian', 'mallory'],
  },
})

const { matches } = asDeclared(settings('ADMIN_USER=debian'))

test('the admin\'s rule and what the distribution ships are as declared', () => {
  assert.ok(matches(debian))
  assert.ok(matches({ ...debian, members: [] }))
})

test('without the admin\'s rule it is red', () => assert.not.ok(matches({ ...debian, rules: ['root ALL=(ALL:ALL) ALL'] })))

test('a member too many of a group that may do everything is red', () => assert.not.ok(matches({ ...debian, members: ['mallory'] })))

for (const line of ['games ALL=(ALL) NOPASSWD:ALL', '#1001 ALL=(ALL) ALL', 'Defaults !authenticate', '@include /tmp/x', '%admin ALL=(ALL) NOPASSWD:ALL']) {
  test(`"${line}" more is red`, () => {
    const { rules } = parseSudo(`${debian.rules.join('\n')}\n${line}\n== members\n`)
    assert.not.ok(matches({ rules, members: [] }))
  })
}

test.run()
