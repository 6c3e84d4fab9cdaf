import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { diagnose } from '../../lib/host/ssh-diagnosis.mts'
import { settings } from '../engine/stage.mts'
import { output } from './recorded.mts'
import type { Kind } from '../../lib/engine/failure.mts'

const test = suite('ssh diagnosis')
const config = settings()

const CAUSES: Readonly<Record<string, readonly [kind: Kind, message: string]>> = {
  'another host key': ['input', 'the host key of 192.0.2.10 is not the pinned one: nothing was sent'],
  'no host key is pinned': ['input', 'the host key of 192.0.2.10 is not the pinned one: nothing was sent'],
  'the key is not let in': ['input', '192.0.2.10 does not let ops in with ~/.ssh/id_ed25519'],
  'too many keys were tried': ['input', '192.0.2.10 does not let ops in with ~/.ssh/id_ed25519'],
  'sudo wants a password': ['input', 'sudo on 192.0.2.10 wants a password from ops'],
  'sudo is refused': ['input', 'sudo on 192.0.2.10 wants a password from ops'],
  'an unknown name': ['input', 'the name 192.0.2.10 is not known'],
  'nobody listens': ['lost', '192.0.2.10 does not answer on port 22'],
  'nobody answers': ['lost', '192.0.2.10 does not answer on port 22'],
  'no route': ['lost', '192.0.2.10 does not answer on port 22'],
  'closed before a greeting': ['lost', '192.0.2.10 does not answer on port 22'],
  'the link went silent': ['lost', '192.0.2.10 does not answer on port 22'],
  'something new': ['lost', 'no connection to 192.0.2.10'],
}

for (const [title, expected] of Object.entries(CAUSES)) {
  test(title, () => {
    const { kind, message } = diagnose(output('ssh-diagnosis', title), config, 'ops')
    assert.equal([kind, message], expected)
  })
}

test('a changed host key shows the fingerprint that was seen', () => {
  assert.is(diagnose(output('ssh-diagnosis', 'another host key'), config, 'ops').facts.found, 'SHA256:rL5YTP0yBJVLanC96xQEaxYy67MdfBzdyqoZbPx6Q64')
})

test('a wall of warnings does not hide the sentence that tells the cause', () => {
  const { facts } = diagnose(output('ssh-diagnosis', 'the key is not let in'), config, 'ops')
  assert.is(facts.found, 'Permission denied (publickey,password).')
})

test('silence is told as no connection', () => assert.is(diagnose('', config, 'ops').kind, 'lost'))

test('where SSH is closed outside, the tunnel is asked after', () => {
  const { facts } = diagnose(output('ssh-diagnosis', 'nobody answers'), { ...config, SSH_PUBLIC: false }, 'ops')
  assert.match(String(facts.next), 'docs/02-wireguard.md#closing-ssh-outside')
})

test.run()
