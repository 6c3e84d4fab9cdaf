import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { holds } from '../../lib/engine/want.mts'
import { client, handshake, keys, road, roadAsDeclared, stranger, tunnelKeys } from '../../lib/host/tunnel.mts'
import { publicKey } from '../../lib/secrets/wireguard-key.mts'
import { settings } from '../engine/stage.mts'
import { rejects } from '../rejects.mts'
import { platform, useKey } from '../secrets/platform.mts'
import { answering, SILENCE } from './answering.mts'
import type { Passage, Visitor } from '../../lib/host/host.mts'

const test = suite('tunnel')
const KEY = 'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE='
const config = settings(`VPN_PEERS=laptop:10.8.0.2:${KEY}`)
const { place } = await platform()
const secret = await tunnelKeys(place)

function at(...handshakes: Passage['handshake'][]) {
  const visitors: Visitor[] = []
  const { host } = answering('', { visit: async visitor => {
    visitors.push(visitor)
    return { ...SILENCE, handshake: handshakes.shift() ?? 'silence' }
  } })
  return { host, visitors }
}

test.before(() => useKey(place))

test('the public keys belong to the private ones in secrets/', async () => {
  assert.equal(await keys(place)(), { server: publicKey(secret.server), probe: publicKey(secret.probe) })
})

test('a handshake is told in milliseconds; silence and noise are failures', async () => {
  const { host, visitors } = at(12.5)
  assert.is(await handshake(host, config, place)(), 12.5)
  assert.equal([visitors[0]?.who, visitors[0]?.host, visitors[0]?.port, visitors[0]?.source, visitors[0]?.destination, visitors[0]?.serverKey], ['probe', '192.0.2.10', 51_820, '10.8.0.254', '10.8.0.1', publicKey(secret.server)])
  assert.match((await rejects(handshake(at('silence').host, config, place)())).message, 'nothing came back')
  assert.match((await rejects(handshake(at('noise').host, config, place)())).message, 'no answer to a handshake')
})

test('silence for a stranger counts only where the probe is answered right after', async () => {
  const { host, visitors } = at('silence', 8)
  assert.equal(await stranger(host, config, place)(), { stranger: 'silence', probe: 'answered' })
  assert.equal(visitors.map(({ who }) => who), ['stranger', 'probe'])
  assert.is.not(visitors[0]?.privateKey.reveal(), secret.probe.reveal())
  assert.equal(await stranger(at('silence', 'silence').host, config, place)(), { stranger: 'silence', probe: 'silence' })
})

test('from the host itself the tunnel cannot be seen', async () => {
  assert.is((await rejects(handshake(answering('').host, config, place)())).kind, 'unverified')
})

test('with SSH public every road will do, without only the tunnel', async () => {
  const closed = settings('SSH_PUBLIC=no', `VPN_PEERS=laptop:10.8.0.2:${KEY}`)
  assert.equal(['outside', 'tunnel'].map(way => holds(roadAsDeclared(config), way)), [true, true])
  assert.equal(['outside', 'tunnel'].map(way => holds(roadAsDeclared(closed), way)), [false, true])
  assert.equal([await road(config)(), await road({ ...config, road: 'tunnel' })()], ['outside', 'tunnel'])
})

test('a declared peer gets a file, and an unknown name the declared ones', async () => {
  assert.ok((await client('laptop', place, config)).includes(`PublicKey = ${publicKey(secret.server)}`))
  const failure = await rejects(client('phone', place, config))
  assert.equal([failure.kind, failure.facts.found], ['input', 'laptop'])
})

test('a server that knows itself as local needs an address for its clients', async () => {
  assert.match((await rejects(client('laptop', place, { ...config, HOST: 'local' }))).message, 'nobody knows')
})

test.run()
