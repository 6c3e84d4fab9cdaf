import { createServer } from 'node:net'
import { once } from 'node:events'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { roadOptions, roads } from '../../lib/host/road.mts'
import { settings } from '../engine/stage.mts'
import type { Config } from '../../lib/engine/config.mts'

const test = suite('road')

/** The roads to a server whose tunnel leads to this machine, where somebody says this. */
async function taken(SSH_PUBLIC: boolean, greeting: string): Promise<string[]> {
  const server = createServer(socket => socket.end(greeting)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const config: Config = { ...settings(), SSH_PUBLIC, SSH_PORT: typeof address === 'object' && address ? address.port : 0, VPN_NETWORK: '127.0.0.0/29' }
  const found: string[] = []
  for await (const road of roads(config)) found.push(road)
  server.close()
  return found
}

test('where SSH is public the tunnel is the second road, else the first', async () => {
  assert.equal(await taken(true, 'SSH-2.0-x\r\n'), ['outside', 'tunnel'])
  assert.equal(await taken(false, 'SSH-2.0-x\r\n'), ['tunnel', 'outside'])
})

test('who accepts a connection and greets as another, or not at all, is no road', async () => {
  assert.equal([await taken(false, 'HTTP/1.1 400\r\n'), await taken(false, '')], [['outside'], ['outside']])
})

test('through the tunnel it is the same server at its address there', () => {
  assert.equal([roadOptions(settings(), 'tunnel'), roadOptions(settings(), 'outside')], [['-o', 'HostName=10.8.0.1'], []])
})

test.run()
