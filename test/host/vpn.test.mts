import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseConfig } from '../../lib/engine/config.mts'
import { openFrom } from '../../lib/host/policy.mts'
import { parsePeers, probeAddress, serverAddress } from '../../lib/host/vpn.mts'
import { settings } from '../engine/stage.mts'

const test = suite('vpn')
const KEY = 'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE='
const OTHER = KEY.replace('A', 'B')
const THIRD = KEY.replace('A', 'C')

/** The problems of an `.env` with these lines and a right HOST. */
function problems(...lines: string[]): string[] {
  return parseConfig(['HOST=192.0.2.10', ...lines].join('\n')).problems
}

const WRONG: Record<string, string> = {
  'VPN_NETWORK=10.8.0.0': 'VPN_NETWORK is not a network such as 10.8.0.0/24',
  'VPN_NETWORK=fd00:8::/64': 'VPN_NETWORK is not a network such as 10.8.0.0/24',
  'VPN_NETWORK=10.8.0.7/24': 'VPN_NETWORK 10.8.0.7/24 is an address in a network: did you mean 10.8.0.0/24?',
  'VPN_NETWORK=10.8.0.0/30': 'VPN_NETWORK 10.8.0.0/30 has a prefix of 30: a tunnel has 16 to 29',
  'VPN_NETWORK=8.8.8.0/24': 'VPN_NETWORK 8.8.8.0/24 is not of the private addresses: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10',
  'VPN_NETWORK=10.42.7.0/24': 'VPN_NETWORK 10.42.7.0/24 overlaps 10.42.0.0/16, the network of the pods',
  'VPN_NETWORK=10.43.0.0/16': 'VPN_NETWORK 10.43.0.0/16 overlaps 10.43.0.0/16, the network of the services',
  'VPN_PEERS=laptop': 'VPN_PEERS has laptop, which is not of the form laptop:10.8.0.2:<public key>',
  [`VPN_PEERS=laptop:10.8.0:${KEY}`]: 'VPN_PEERS gives laptop 10.8.0, which is not an IPv4 address',
  [`VPN_PEERS=laptop:10.9.0.2:${KEY}`]: 'VPN_PEERS gives laptop 10.9.0.2, which is outside VPN_NETWORK 10.8.0.0/24',
  [`VPN_PEERS=laptop:10.8.0.1:${KEY}`]: 'VPN_PEERS gives laptop 10.8.0.1, which is the server\'s',
  [`VPN_PEERS=laptop:10.8.0.254:${KEY}`]: 'VPN_PEERS gives laptop 10.8.0.254, which is the probe\'s',
  [`VPN_PEERS=laptop:10.8.0.255:${KEY}`]: 'VPN_PEERS gives laptop 10.8.0.255, which is the broadcast address',
  [`VPN_PEERS=probe:10.8.0.2:${KEY}`]: 'VPN_PEERS has a peer called probe: that name is the platform\'s own',
  'VPN_PEERS=laptop:10.8.0.2:abc=': 'VPN_PEERS gives laptop a public key that is none: wg pubkey prints 44 characters, the last is =',
  [`VPN_PEERS=laptop:10.8.0.2:${KEY},phone:10.8.0.2:${OTHER}`]: 'VPN_PEERS gives laptop and phone the address 10.8.0.2',
  [`VPN_PEERS=laptop:10.8.0.2:${KEY},laptop:10.8.0.3:${OTHER}`]: 'VPN_PEERS gives laptop and laptop the name laptop',
  [`VPN_PEERS=laptop:10.8.0.2:${KEY},phone:10.8.0.3:${KEY}`]: `VPN_PEERS gives laptop and phone the public key ${KEY}`,
  'VPN_PORTS=22,0': 'VPN_PORTS is not a list of ports such as 22,6443',
  'VPN_PORTS=22,70000': 'VPN_PORTS is not a list of ports such as 22,6443',
  'VPN_PORTS=6443': 'VPN_PORTS leaves out 22, which is SSH_PORT: the server is administered through the tunnel',
  'VPN_ENDPOINT=vpn.example.org/path': 'VPN_ENDPOINT is not an address such as vpn.example.org or vpn.example.org:51820',
  'VPN_MTU=9000': 'VPN_MTU is not 1280 to 1500',
  'SSH_PUBLIC=perhaps': 'SSH_PUBLIC is neither yes nor no',
  'SSH_PUBLIC=no': 'SSH_PUBLIC is no and VPN_PEERS is empty: nobody could come in',
  'RECOVERY_RECIPIENT=AGE-SECRET-KEY-1': 'RECOVERY_RECIPIENT is not an age recipient: age1 and at least 58 characters',
}

for (const [line, problem] of Object.entries(WRONG)) {
  test(`${line} is refused: ${problem}`, () => assert.equal(problems(line), [problem]))
}

test('a server in its own tunnel\'s network is refused', () => {
  assert.match(parseConfig('HOST=10.8.0.9').problems.join(), /holds HOST 10\.8\.0\.9/)
})

test('all problems are told at once', () => {
  const told = problems('VPN_NETWORK=10.42.0.0/24', `VPN_PEERS=laptop:10.8.0.2:abc,laptop:10.8.0.2:${KEY}`, 'VPN_PORTS=99999', 'VPN_MTU=1', 'SSH_PUBLIC=maybe')
  assert.is(told.length, 9, told.join('\n'))
})

test('one peer a line, between quotes, is the same as commas', () => {
  const { config } = parseConfig(`HOST=vps\nVPN_PEERS="\nlaptop:10.8.0.2:${KEY}\n  phone:10.8.0.3:${OTHER}\n"\nDISPOSABLE=yes`)
  assert.equal(config?.VPN_PEERS, parsePeers(`laptop:10.8.0.2:${KEY}, phone:10.8.0.3:${OTHER}`))
  assert.is(config?.DISPOSABLE, true)
})

test('the server is the first address, the probe the last', () => {
  assert.equal([serverAddress('10.8.0.0/24'), probeAddress('10.8.0.0/24')], ['10.8.0.1', '10.8.0.254'])
  assert.equal([serverAddress('172.16.32.0/20'), probeAddress('172.16.32.0/20')], ['172.16.32.1', '172.16.47.254'])
})

test('the tunnel opens VPN_PORTS, the Kubernetes API and the pages for people, and nothing else; SSH where none are named', () => {
  assert.equal(openFrom(settings('SSH_PORT=2222'), 'vpn', 'tcp'), [2222, 6443, 8443])
  assert.equal(openFrom(settings('VPN_PORTS=9090, 22,6443,9090'), 'vpn', 'tcp').sort((one, other) => one - other), [22, 6443, 8443, 9090])
})

test('SSH closes outside only behind a run that the tunnel carried in', () => {
  const config = settings('SSH_PUBLIC=no', `VPN_PEERS=laptop:10.8.0.2:${THIRD}`)
  const open = (road?: 'outside' | 'tunnel') => openFrom({ ...config, ...(road && { road }) }, 'outside', 'tcp').includes(22)
  assert.equal([open(), open('outside'), open('tunnel')], [true, true, false])
  assert.is(openFrom({ ...settings(), road: 'tunnel' }, 'outside', 'tcp').includes(22), true)
})

test.run()
