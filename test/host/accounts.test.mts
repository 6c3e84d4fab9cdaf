import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as accounts from '../../lib/host/accounts.mts'
import { holds } from '../../lib/engine/want.mts'
import { settings } from '../engine/stage.mts'
import { answering } from './answering.mts'

const test = suite('accounts')
const [one, two] = ['ssh-ed25519 AAAAone ops@laptop', 'ssh-ed25519 AAAAtwo ops@desk']
const config = { ...settings('EXTRA_ACCOUNTS=alice'), keys: [two, one] }

/** Whether this answer of the host is the admin that is wanted. */
async function admin(answer: string): Promise<boolean> {
  const { read, want } = accounts.administrator(answering(answer).host, config)
  return holds(want, await read())
}

test('the admin holds with a shell, exactly the declared keys in any order, and sudo', async () => {
  assert.ok(await admin(`/bin/bash\n(ALL) NOPASSWD: ALL\n${one}\n${two}`))
})

for (const [what, answer] of Object.entries({
  'no such account': 'absent',
  'a key too many': `/bin/bash\n(ALL) NOPASSWD: ALL\n${one}\n${two}\nssh-ed25519 AAAAthree mallory`,
  'a key too few': `/bin/bash\n(ALL) NOPASSWD: ALL\n${one}`,
  'a key with a command of its own': `/bin/bash\n(ALL) NOPASSWD: ALL\ncommand="sh" ${one}\n${two}`,
  'no sudo': `/bin/bash\nnone\n${one}\n${two}`,
  'no shell': `/usr/sbin/nologin\n(ALL) NOPASSWD: ALL\n${one}\n${two}`,
})) test(`${what} is not the admin that is wanted`, async () => assert.not.ok(await admin(answer)))

test('the keys travel on standard input', async () => {
  const { host, written } = answering('')
  await accounts.administrator(host, config).act(undefined)
  assert.equal([written[0]?.args, written[0]?.input], [['ops'], `${two}\n${one}\n`])
  assert.equal(written[1]?.args, ['/etc/sudoers.d/90-ops'])
})

test('the accounts there are to be are root, the admin and those that were added, once each', () => {
  assert.equal(accounts.declared(config), ['alice', 'ops', 'root'])
})

test('the accounts that somebody could be are told in order', async () => {
  assert.equal(await accounts.logins(answering('root\nops\nalice').host)(), ['alice', 'ops', 'root'])
})

test('no key of root\'s is an empty list', async () => {
  assert.equal([await accounts.rootKeys(answering('').host).read(), await accounts.rootKeys(answering(one).host).read()], [[], [one]])
})

test.run()
