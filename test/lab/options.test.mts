import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { HELP, options } from './options.mts'

const words = suite('lab options')

words('no command is the whole story', () => {
  assert.equal(options([]), { command: 'all', os: undefined, firstContact: 'sudo', standIn: false, cache: false, help: false })
})

words('the server and the first contact can be chosen', () => {
  const { command, os, firstContact } = options(['up', '--os', 'debian-13', '--first-contact', 'root'])
  assert.equal([command, os, firstContact], ['up', 'debian-13', 'root'])
})

words('the stand-in for K3s can be asked for', () => {
  assert.is(options(['--stand-in']).standIn, true)
})

words('everything that is not known is named at once', () => {
  assert.throws(() => options(['fly', '--os', 'beos', '--first-contact', 'none']), /command fly, --os beos, --first-contact none/)
})

words('an unknown flag is bad input', () => {
  assert.throws(() => options(['--fast']), /--fast/)
})

words('every command is in the help', () => {
  for (const command of ['up', 'run', 'reset', 'shell', 'status', 'down']) assert.match(HELP, new RegExp(`^  ${command} `, 'm'))
})

words.run()
