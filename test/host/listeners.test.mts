import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { asDeclared, parseListeners } from '../../lib/host/listeners.mts'
import { settings } from '../engine/stage.mts'
import { recorded } from './recorded.mts'

const test = suite('listeners')

recorded(test, 'listeners', parseListeners, {
  'sshd and a time service': ['tcp/22 sshd'],
  'K3s and a web server': ['tcp/10250 k3s-server', 'tcp/22 sshd', 'tcp/4444 python3', 'udp/51820', 'udp/68 systemd-network', 'udp/8472'],
})

const { matches, wants } = asDeclared(settings('EXTRA_LISTENERS=udp/9999'))

for (const [found, holds] of [
  [['tcp/22 sshd'], true],
  [['tcp/22 systemd'], true],
  [['tcp/22 sshd', 'udp/9999 mine', 'udp/68 dhclient', 'udp/51820'], true],
  [['tcp/22 sshd', 'tcp/6443 k3s-server', 'tcp/10250 k3s-server', 'udp/8472'], true],
  [['tcp/22 sshd', 'tcp/10250 python3'], false],
  [['tcp/22 sshd', 'udp/8472 python3'], false],
  [['tcp/22 sshd', 'udp/68 python3'], false],
  [['tcp/22 sshd', 'tcp/9999 mine'], false],
  [['tcp/22 dropbear'], false],
  [['tcp/22 sshd', 'tcp/4444 python3'], false],
  [['tcp/22 sshd', 'tcp/80 nginx'], false],
  [[], false],
] as const) {
  test(`${found.join(', ') || 'nothing'} is ${holds ? 'as declared' : 'red'}`, () => assert.is(matches([...found]), holds))
}

test('the wish names what was added', () => assert.match(wants, 'tcp/22, udp/9999'))

test.run()
