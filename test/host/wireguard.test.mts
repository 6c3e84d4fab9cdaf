import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { holds } from '../../lib/engine/want.mts'
import { tunnelKeys } from '../../lib/host/tunnel.mts'
import { carrier, file, interfaces, parsePeers, peers, service } from '../../lib/host/wireguard.mts'
import { publicKey } from '../../lib/secrets/wireguard-key.mts'
import { Secret } from '../../lib/secrets/secret.mts'
import { settings } from '../engine/stage.mts'
import { platform, useKey } from '../secrets/platform.mts'
import { answering } from './answering.mts'

const test = suite('wireguard')
const KEY = 'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE='
const config = settings(`VPN_PEERS=laptop:10.8.0.2:${KEY}`)
const { place } = await platform()
const { server, probe } = await tunnelKeys(place)

test.before(() => useKey(place))

test('peers are told by name, and one that nobody declared by its key', () => {
  const known = [{ name: 'laptop', publicKey: KEY }, { name: 'probe', publicKey: 'P' }]
  const text = `${KEY}\t10.8.0.2/32\nP\t10.8.0.254/32 10.8.0.64/26\nX\t(none)\n==\n${KEY}`
  assert.equal(parsePeers(text, known), ['X (none)', 'laptop 10.8.0.2/32 with a preshared key', 'probe 10.8.0.254/32 10.8.0.64/26'])
  assert.equal(parsePeers('==\n', known), [])
})

test('the declared peers and the probe are accepted, and one more or less is not', async () => {
  const told = async (text: string) => {
    const { read, want } = peers(answering(text).host, config, place)
    return holds(want, await read())
  }
  const text = `${KEY}\t10.8.0.2/32\n${publicKey(probe)}\t10.8.0.254/32\n==\n`
  assert.equal([await told(text), await told(`${KEY}\t10.8.0.2/32\n==\n`), await told(`X\t10.8.0.9/32\n${text}`), await told(text.replace('/32', '/31'))], [true, false, false, false])
})

test('wg0 with the key of secrets/ is accepted, and any other key, address, port or MTU is not', async () => {
  const told = async (text: string) => {
    const { read, want } = interfaces(answering(text).host, config, place)
    return holds(want, await read())
  }
  const text = `${publicKey(server)}\n51820\n1420\n10.8.0.1/24`
  assert.equal([await told(text), await told(text.replace(/^.{44}/, KEY)), await told(text.replace('51820', '51821')), await told(`${text}\n10.9.0.1/24`), await told(text.replace('1420', '1500'))], [true, false, false, false, false])
  assert.is(await told('none\nnone\nnone'), false)
})

test('the server\'s key goes to the host on stdin, as a file for root alone', async () => {
  const { host, written } = answering('absent')
  await file(host, config, place).act(undefined)
  const [put] = written
  assert.equal([put?.args, put?.input instanceof Secret], [['/etc/wireguard/wg0.conf'], true])
  assert.match((put?.input as Secret).reveal(), server.reveal())
  assert.not.ok(JSON.stringify(written).includes(server.reveal()))
})

test('the file and the unit are accepted as they should be only', async () => {
  const told = async (text: string) => holds(file(answering(text).host, config, place).want, await file(answering(text).host, config, place).read())
  assert.equal([await told('as declared\n600 root'), await told('as declared\n644 root'), await told('another\n600 root'), await told('absent')], [true, false, false, false])
  assert.equal(['enabled, active', 'disabled, active', 'enabled, inactive'].map(text => holds(service(answering(text).host).want, text)), [true, false, false])
})

test('a module or wireguard-go carries it, and without either wireguard-go is installed', async () => {
  const { host, written } = answering('none')
  const { want, act } = carrier(host)
  assert.equal(['kernel module', 'wireguard-go', 'none'].map(text => holds(want, text)), [true, true, false])
  await act(undefined)
  assert.equal(written.map(({ args }) => args), [['wireguard-go']])
})

test.run()
