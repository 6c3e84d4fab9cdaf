import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { connect } from '../../lib/host/ssh.mts'
import { sshKey } from '../engine/ssh-key.mts'
import { settings } from '../engine/stage.mts'
import { folder } from '../folder.mts'
import { rejects } from '../rejects.mts'
import { listening } from './listening.mts'
import type { Config } from '../../lib/engine/config.mts'

const test = suite('ssh')
const place = folder()
const key = sshKey(join(place, 'id'))

function link(config: Config) {
  return connect({ config, folder: place, stem: '90-play', mode: 'verify' })
}

/** Somebody at a port who says this and hangs up. */
async function answering(greeting: string): Promise<{ config: Config, close: () => void }> {
  const { port, close } = await listening(socket => socket.end(greeting))
  return { config: { ...settings(`SSH_PORT=${port}`, `SSH_KEY=${key}`), HOST: '127.0.0.1' }, close }
}

test('without a key nothing is connected to', async () => {
  const failure = await rejects(link(settings('SSH_KEY=/nowhere/id')))
  assert.equal([failure.kind, failure.message], ['input', 'there is no key at /nowhere/id'])
})

test('a port where nobody listens is told as one', async () => {
  const { config, close } = await answering('')
  close()
  const failure = await rejects(link(config))
  assert.equal([failure.kind, failure.message], ['lost', `127.0.0.1 does not answer on port ${config.SSH_PORT}`])
})

test('somebody who hangs up is told as nobody who answers', async () => {
  const { config, close } = await answering('')
  assert.is((await rejects(link(config))).kind, 'lost')
  close()
})

test('ssh knows every option that is used', async () => {
  const { config, close } = await answering('')
  assert.not.match(String((await rejects(link(config))).facts.found), /bad configuration option|unknown option/i)
  close()
})

test('a connection that did not come to be leaves no sockets behind', async () => {
  // Other runs of this machine come and go in its own.
  const own = folder()
  const { TMPDIR } = process.env
  process.env.TMPDIR = own
  const { config, close } = await answering('')
  await rejects(link(config)).finally(() => {
    close()
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
  })
  assert.equal(readdirSync(own), [])
})

test('no file of it builds remote text from values', () => {
  const text = readFileSync(join(import.meta.dirname, '../../lib/host/ssh.mts'), 'utf8')
  assert.match(text, 'quoteAll(words)')
  assert.not.match(text, /StrictHostKeyChecking=(no|accept-new)/)
})

test.run()
