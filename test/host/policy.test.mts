import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openFrom, policy, portsOf } from '../../lib/host/policy.mts'
import { settings } from '../engine/stage.mts'

const test = suite('policy')

test('outside are ssh, the web and the tunnel, and nothing else', () => {
  assert.equal([openFrom(settings(), 'outside', 'tcp'), openFrom(settings(), 'outside', 'udp')], [[22, 80, 443], [51820]])
})

test('ssh follows its configured port on both sides', () => {
  const config = settings('SSH_PORT=2222')
  assert.equal([openFrom(config, 'outside', 'tcp').includes(2222), openFrom(config, 'vpn', 'tcp').includes(2222)], [true, true])
  assert.not.ok(policy(config).some(({ port }) => port === 22))
})

test('in the tunnel are ssh, the Kubernetes API, Argo CD and what was added', () => {
  assert.equal([openFrom(settings(), 'vpn', 'tcp'), openFrom(settings('VPN_PORTS=22,9090'), 'vpn', 'tcp')], [[22, 6443, 8443], [22, 6443, 8443, 9090]])
})

test('what listens closed is known, and open from neither side', () => {
  assert.equal([openFrom(settings(), 'nowhere', 'tcp'), openFrom(settings(), 'nowhere', 'udp')], [[10_250], [8472]])
  assert.equal([portsOf(settings(), 'tcp'), portsOf(settings(), 'udp')], [[22, 80, 443, 6443, 8443, 10_250], [8472, 51_820]])
})

test('no opening is there twice', () => {
  const openings = policy(settings('VPN_PORTS=22,6443,8443')).map(({ port, protocol, from }) => `${from} ${protocol}/${port}`)
  assert.is(new Set(openings).size, openings.length)
})

test.run()
