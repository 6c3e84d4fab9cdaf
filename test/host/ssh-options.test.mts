import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checkKey, knownHosts, sshOptions } from '../../lib/host/ssh-options.mts'
import { sshKey } from '../engine/ssh-key.mts'
import { settings } from '../engine/stage.mts'
import { folder } from '../folder.mts'
import { throws } from '../rejects.mts'

const test = suite('ssh options')

test('a connection trusts the pinned key alone and asks nobody', () => {
  const options = sshOptions(settings('SSH_PORT=2222', 'SSH_KEY=/keys/id'), '/srv/a platform')
  for (const option of ['StrictHostKeyChecking=yes', 'BatchMode=yes', 'UserKnownHostsFile="/srv/a platform/known_hosts"', 'GlobalKnownHostsFile=/dev/null', 'UpdateHostKeys=no', 'HostKeyAlias=192.0.2.10']) {
    assert.ok(options.includes(option), option)
  }
  assert.is(options.slice(0, 6).join(' '), '-F none -i /keys/id -p 2222')
})

test('a dead link is noticed within 15 s', () => {
  const value = (name: string) => Number(sshOptions(settings(), '/x').find(option => option.startsWith(name))?.split('=')[1])
  assert.ok(value('ServerAliveInterval') * (value('ServerAliveCountMax') + 1) <= 15)
})

test('the pinned key is the platform\'s', () => assert.is(knownHosts('/srv/x'), '/srv/x/known_hosts'))

test('a key that is its owner\'s alone is right; one that others can read, or none, is bad input', () => {
  const key = sshKey(join(folder(), 'id'))
  checkKey(settings(`SSH_KEY=${key}`))
  chmodSync(key, 0o644)
  const failure = throws(() => checkKey(settings(`SSH_KEY=${key}`)))
  assert.equal([failure.kind, failure.facts.found, failure.facts.next], ['input', '0644', `chmod 600 ${key}`])
  assert.match(throws(() => checkKey(settings('SSH_KEY=/nowhere/id'))).message, 'there is no key at /nowhere/id')
})

test.run()
