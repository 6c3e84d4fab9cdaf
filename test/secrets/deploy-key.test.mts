import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { newDeployKey, publicKeyOf } from '../../lib/secrets/deploy-key.mts'
import { Secret } from '../../lib/secrets/secret.mts'
import { folder } from '../folder.mts'
import { throws } from '../rejects.mts'

const test = suite('deploy key')

test('OpenSSH reads a new key, and finds the same public half', () => {
  for (let round = 0; round < 3; round += 1) {
    const key = newDeployKey()
    const file = join(folder(), 'key')
    writeFileSync(file, key.reveal(), { mode: 0o600 })
    assert.is(execFileSync('ssh-keygen', ['-y', '-P', '', '-f', file], { encoding: 'utf8' }).trim(), publicKeyOf(key))
  }
})

test('no two are the same', () => assert.is.not(publicKeyOf(newDeployKey()), publicKeyOf(newDeployKey())))

test('a key of another type is refused', () => {
  const file = join(folder(), 'rsa')
  execFileSync('ssh-keygen', ['-q', '-t', 'rsa', '-b', '2048', '-N', '', '-f', file])
  const text = execFileSync('cat', [file], { encoding: 'utf8' })
  assert.match(throws(() => publicKeyOf(new Secret(text))).message, 'ssh-rsa')
})

test.run()
