import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseFirewall, rules } from '../../lib/host/ufw.mts'
import { holds } from '../../lib/engine/want.mts'
import { settings } from '../engine/stage.mts'
import { answering } from './answering.mts'
import { output, recorded } from './recorded.mts'

const test = suite('ufw')
const both = ['-i wg0 -p tcp --dport 22', '-i wg0 -p tcp --dport 6443', '-i wg0 -p tcp --dport 8443', '-p tcp --dport 22', '-p tcp --dport 443', '-p tcp --dport 80', '-p udp --dport 51820']
const policy = {
  active: true, defaults: 'deny (incoming), allow (outgoing), deny (routed)', ipv4: [...both, '-s 10.42.0.0/16 -i cni0'], ipv6: both, differences: [], edited: [],
}
const off = { active: false, defaults: 'unset', ipv4: [], ipv6: [], differences: [], edited: [] }

recorded(test, 'ufw', parseFirewall, {
  'the policy in both families': policy,
  'ufw is not installed': off,
  'ufw is off': { ...off, differences: ['+ -A INPUT -j ufw-before-input', '+ -A INPUT -j ufw-user-input'] },
  'a rule past ufw and an edited file': { ...policy, differences: ['- -A ufw-before-input -j ACCEPT'], edited: ['before.rules'] },
})

/** Whether a host that says this is as the configuration wants it. */
async function accepted(text: string, ...lines: string[]): Promise<boolean> {
  const { read, want } = rules(answering(text).host, settings(...lines))
  return holds(want, await read())
}

test('the policy as loaded is accepted, and anything more or less is not', async () => {
  const text = output('ufw', 'the policy in both families')
  assert.ok(await accepted(text))
  assert.not.ok(await accepted(text, 'SSH_PORT=2222'))
  assert.not.ok(await accepted(text.replace('-A ufw-user-input -p tcp -m tcp --dport 80 -j ACCEPT\n', '')))
  assert.not.ok(await accepted(text.replace('== ip6tables\n', '== ip6tables\n-A ufw6-user-input -p tcp -m tcp --dport 8080 -j ACCEPT\n')))
  assert.not.ok(await accepted(text.replace('deny (routed)', 'allow (routed)')))
  assert.not.ok(await accepted(output('ufw', 'a rule past ufw and an edited file')))
})

test('ssh stays open on its own port while ufw is set', async () => {
  const { host, written } = answering('')
  await rules(host, settings('SSH_PORT=2222')).act(undefined)
  assert.match(String(written[0]?.input), /^2222\/tcp$/m)
})

test.run()
