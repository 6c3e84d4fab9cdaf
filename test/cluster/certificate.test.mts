import { createServer } from 'node:tls'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { certificate } from '../../lib/cluster/certificate.mts'
import { listening } from '../host/listening.mts'
import { rejects } from '../rejects.mts'
import { identity } from './api.mts'
import { listen } from './listen.mts'

const test = suite('certificate')
const { key, certificate: cert } = identity('IP:10.8.0.1', 'DNS:platform')
const server = createServer({ key, cert }, socket => socket.on('error', () => {}).end())
const meeting = { host: '127.0.0.1', port: await listen(server) }
const read = (name: string, authority = cert) => certificate(async () => meeting, async () => authority, name)()

test('a certificate is told with its days and who has signed it, for an address that is met elsewhere', async () => {
  const { validFor, notAfter, days, issuer } = await read('10.8.0.1')
  assert.equal([validFor, issuer], ['10.8.0.1', 'test authority'])
  assert.ok(days >= 198 && days <= 200)
  assert.ok(Math.abs(Date.parse(notAfter) - Date.now() - 200 * 86_400_000) < 2 * 86_400_000)
})

test('a name is as good as an address', async () => assert.is((await read('platform')).validFor, 'platform'))

test('a certificate for others says for whom', async () => {
  assert.is((await read('10.8.0.2')).validFor, 'IP Address:127.0.0.1, IP Address:10.8.0.1, DNS:platform')
})

test('a certificate of another authority is a failure', async () => {
  const { message, facts } = await rejects(read('10.8.0.1', identity().certificate))
  assert.match(message, `no trusted TLS session with 10.8.0.1 at 127.0.0.1:${meeting.port}`)
  assert.match(String(facts.found), 'DEPTH_ZERO_SELF_SIGNED_CERT')
})

test('where nobody speaks TLS, none is shown', async () => {
  const shut = await listening()
  const failure = await rejects(certificate(async () => ({ host: '127.0.0.1', port: shut.port }), async () => cert, '127.0.0.1')())
  shut.close()
  assert.match(failure.message, `no trusted TLS session with 127.0.0.1:${shut.port}`)
})

test.after(() => void server.close())

test.run()
