import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { roadOptions, roads, session } from '../../lib/host/road.mts'
import { settings } from '../engine/stage.mts'
import { listening } from './listening.mts'
import type { Config } from '../../lib/engine/config.mts'

const test = suite('road')

/** The roads to a server whose tunnel leads to this machine, where somebody says this. */
async function taken(SSH_PUBLIC: boolean, greeting: string): Promise<string[]> {
  const { port, close } = await listening(socket => socket.end(greeting))
  const config: Config = { ...settings(), SSH_PUBLIC, SSH_PORT: port, VPN_NETWORK: '127.0.0.0/29' }
  const found: string[] = []
  for await (const road of roads(config)) found.push(road)
  close()
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

test('a session takes this machine\'s own route where the server\'s SSH greets and the port answers, else a forward', async () => {
  const [ssh, mute, service] = [await listening(socket => socket.end('SSH-2.0-x\r\n')), await listening(), await listening()]
  const gone = await listening()
  gone.close()
  const had = (SSH_PORT: number, port: number) => session({ ...settings(), SSH_PORT }, '127.0.0.1', port, async () => 40_001)
  const forward = { via: 'forward', host: '127.0.0.1', port: 40_001 }
  assert.equal(await had(ssh.port, service.port), { via: 'route', host: '127.0.0.1', port: service.port })
  assert.equal([await had(mute.port, service.port), await had(ssh.port, gone.port)], [forward, forward])
  for (const { close } of [ssh, mute, service]) close()
})

test.run()
