import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hardened, parseAlgorithms } from '../../lib/host/algorithms.mts'
import { holds } from '../../lib/engine/want.mts'
import { answering } from './answering.mts'
import { output } from './recorded.mts'

const test = suite('algorithms')

/** Whether a host of this release with these algorithms is as the policy wants it. */
async function accepted(release: string, text: string): Promise<boolean> {
  const { read, want } = hardened(answering(script => (script.includes('os-release') ? release : text)).host)
  return holds(want, await read())
}

test('sshd\'s own account is read with its keys and its groups', () => {
  const { release, hostkeys, smallGroups, macs } = parseAlgorithms('debian 12', output('algorithms', 'Debian 12 as it comes'))
  assert.equal([release, hostkeys, smallGroups], ['debian 12', 'RSA 3072,ECDSA 256,ED25519 256', 126])
  assert.match(macs, 'hmac-sha1')
})

test('Debian 12 as it comes is not as the policy wants it', async () => assert.not.ok(await accepted('debian 12', output('algorithms', 'Debian 12 as it comes'))))

test('Debian 12 hardened is', async () => assert.ok(await accepted('debian 12', output('algorithms', 'Debian 12 hardened'))))

test('a policy is its release\'s own', async () => assert.not.ok(await accepted('debian 13', output('algorithms', 'Debian 12 hardened'))))

for (const [what, from, to] of [
  ['a weak MAC more', 'macs ', 'macs hmac-sha1,'], ['a short RSA key', 'RSA 4096', 'RSA 2048'], ['a small group', 'smallGroups 0', 'smallGroups 1'],
  ['another host key algorithm', 'hostkeyalgorithms ', 'hostkeyalgorithms ecdsa-sha2-nistp256,'],
] as const) {
  test(`${what} is not as the policy wants it`, async () => assert.not.ok(await accepted('debian 12', output('algorithms', 'Debian 12 hardened').replace(from, to))))
}

test('a release without a policy is never accepted', async () => assert.not.ok(await accepted('debian 99', output('algorithms', 'Debian 12 hardened'))))

test.run()
