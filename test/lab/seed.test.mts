import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { userData } from './seed.mts'

const seeds = suite('lab seed')

seeds('a sudo user is let in and root is told to go there', () => {
  const { users, disable_root: disabled, chpasswd } = userData('ssh-ed25519 A', 'secret', 'sudo', 'debian')
  assert.equal([users, disabled], [['default'], true])
  assert.equal((chpasswd as { users: { name: string }[] }).users.map(({ name }) => name), ['root', 'debian'])
})

seeds('root alone is let in', () => {
  const { users, disable_root: disabled, chpasswd } = userData('ssh-ed25519 A', 'secret', 'root', 'debian')
  assert.equal([users, disabled], [[], false])
  assert.equal((chpasswd as { users: { name: string }[] }).users.map(({ name }) => name), ['root'])
})

seeds.run()
