import { once } from 'node:events'
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { identity, kubeconfig } from '../cluster/api.mts'
import { exampleConfig, type Config } from '../../lib/engine/config.mts'
import { holds } from '../../lib/engine/want.mts'
import { inTunnel, modes, operatorCopy, PRIVATE, valid } from '../../lib/host/kubeconfig.mts'
import { folder } from '../folder.mts'
import { platform, useKey } from '../secrets/platform.mts'
import { answering, SILENCE } from './answering.mts'
import type { Kube } from '../../lib/cluster/kube.mts'
import type { Passage } from '../../lib/host/host.mts'

const test = suite('kubeconfig')
const { key, certificate } = identity('IP:10.8.0.1')
const server = createServer({ key, cert: certificate, ca: certificate, requestCert: true, rejectUnauthorized: true }, (_request, response) => {
  response.end('{\n  "gitVersion": "v1.36.5+k3s1"\n}')
}).listen(0, '127.0.0.1').unref()
await once(server, 'listening')
const address = server.address()
const port = typeof address === 'object' && address ? address.port : 0

const { place } = await platform()
const OPEN: Passage = { ...SILENCE, handshake: 9, tcp: { open: [6443], refused: [] } }

test.before(() => useKey(place))

/** A host with K3s' kubeconfig, whose tunnel leads to the server above. */
function host(text = kubeconfig(key, certificate), visit = OPEN) {
  return answering(text, { session: async () => ({ via: 'forward', host: '127.0.0.1', port }), visit: async () => visit }).host
}

function asking(): Config {
  return { ...exampleConfig(), KUBECONFIG_FILE: join(folder(), 'kubeconfig') }
}

test('owner and mode of each file are told, and holds says which they have to be', async () => {
  const text = Object.entries(PRIVATE).map(([path, mode]) => `${path}=${mode}`).join('\n')
  assert.is(holds(PRIVATE, await modes(answering(text).host)()), true)
  assert.is(holds(PRIVATE, await modes(answering(text.replace('k3s.yaml=root 600', 'k3s.yaml=root 644')).host)()), false)
})

test('the API\'s answer in the tunnel is told with its certificate and the way that led there', async () => {
  const kube = { authority: async () => certificate } as unknown as Kube
  const found = await inTunnel(host(), exampleConfig(), place, kube)()
  assert.equal([found.knock, found.validFor, found.via, holds(valid(exampleConfig()), found)], ['open', '10.8.0.1', 'forward', true])
  const elsewhere = { ...exampleConfig(), VPN_NETWORK: '10.9.0.0/24' }
  assert.is(holds(valid(elsewhere), await inTunnel(host(), elsewhere, place, kube)()), false)
  const walledOff = await inTunnel(host(undefined, { ...OPEN, tcp: { open: [], refused: [] } }), exampleConfig(), place, kube)()
  assert.equal([walledOff.knock, holds(valid(exampleConfig()), walledOff)], ['silent', false])
})

test('where nobody asked for a kubeconfig there is nothing to do', async () => {
  const { read, want } = operatorCopy(host(), exampleConfig())
  assert.equal([await read(), want], ['not asked for', 'not asked for'])
})

test('it is written for its owner alone, points into the tunnel, and the API answers to it', async () => {
  const config = asking()
  const { read, want, act } = operatorCopy(host(), config)
  assert.is(holds(want, await read()), false)
  await act(undefined)
  const file = config.KUBECONFIG_FILE ?? ''
  assert.is(statSync(file).mode & 0o777, 0o600)
  assert.match(readFileSync(file, 'utf8'), 'server: https://10.8.0.1:6443')
  assert.equal(await read(), { file, mode: '600', server: 'https://10.8.0.1:6443', answers: 'v1.36.5+k3s1' })
  assert.is(holds(want, await read()), true)
})

test('one that others can read, that leads elsewhere, or whose keys are of another cluster does not hold', async () => {
  const config = asking()
  const { read, want, act } = operatorCopy(host(), config)
  const file = config.KUBECONFIG_FILE ?? ''
  await act(undefined)
  chmodSync(file, 0o644)
  assert.is(holds(want, await read()), false)
  await act(undefined)
  writeFileSync(file, readFileSync(file, 'utf8').replace('10.8.0.1', '203.0.113.10'))
  assert.is(holds(want, await read()), false)
  const other = identity('IP:10.8.0.1')
  writeFileSync(file, kubeconfig(other.key, other.certificate).replace('127.0.0.1', '10.8.0.1'))
  const { answers } = await read() as { answers: string }
  assert.match(answers, /certificate/)
})

test.run()
