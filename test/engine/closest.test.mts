import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { closest } from '../../lib/engine/closest.mts'

const test = suite('closest')
const NAMES = ['HOST', 'HOST_KEY', 'ADMIN_USER', 'SSH_PORT']

for (const [word, meant] of Object.entries({ ADMINUSER: 'ADMIN_USER', admin_user: 'ADMIN_USER', HSOT: 'HOST', HOSTKEY: 'HOST_KEY', SHH_PORT: 'SSH_PORT' })) {
  test(`${word} was meant to be ${meant}`, () => assert.equal(closest(word, NAMES), [meant]))
}

test('a word like none of them was not meant to be any', () => assert.equal(closest('KUBERNETES_TOKEN', NAMES), []))

test('where there are no names nothing was meant', () => assert.equal(closest('HOST', []), []))

test.run()
