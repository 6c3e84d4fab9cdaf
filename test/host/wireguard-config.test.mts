import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { clientFile, everyPeer, serverFile } from '../../lib/host/wireguard-config.mts'
import { settings } from '../engine/stage.mts'

const test = suite('wireguard-config')
const KEY = 'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE='
const PROBE = KEY.replace('A', 'P')
const config = settings(`VPN_PEERS=laptop:10.8.0.2:${KEY}`)
const peers = everyPeer(config, PROBE)

test('the server\'s file has each peer with one address, and the probe at the last', () => {
  assert.is(serverFile(config, 'secret', peers), `[Interface]
Address = 10.8.0.1/24
ListenPort = 51820
PrivateKey = secret
MTU = 1420

# laptop
[Peer]
PublicKey = ${KEY}
AllowedIPs = 10.8.0.2/32

# probe
[Peer]
PublicKey = ${PROBE}
AllowedIPs = 10.8.0.254/32
`)
})

test('a client\'s file has its address, the way to the server, and no private key', () => {
  const lines = clientFile(config, peers[0]!, 'SERVER')
  for (const line of ['Address = 10.8.0.2/32', 'PublicKey = SERVER', 'Endpoint = 192.0.2.10:51820', 'AllowedIPs = 10.8.0.0/24', 'PersistentKeepalive = 25']) assert.ok(lines.includes(line), line)
  assert.not.ok(lines.some(line => line.startsWith('PrivateKey')))
})

for (const [setting, endpoint] of [['vpn.example.org', 'vpn.example.org:51820'], ['vpn.example.org:443', 'vpn.example.org:443'], ['[2001:db8::1]', '[2001:db8::1]:51820'], ['[2001:db8::1]:443', '[2001:db8::1]:443']]) {
  test(`clients of VPN_ENDPOINT=${setting} knock at ${endpoint}`, () => {
    assert.ok(clientFile(settings(`VPN_ENDPOINT=${setting}`), peers[0]!, 'SERVER').includes(`Endpoint = ${endpoint}`))
  })
}

test.run()
