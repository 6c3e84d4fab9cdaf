import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fingerprint, parseKnownHosts, pinned } from '../../lib/host/host-key.mts'
import { holds } from '../../lib/engine/want.mts'
import { sshKey } from '../engine/ssh-key.mts'
import { folder } from '../folder.mts'
import { rejects } from '../rejects.mts'

const test = suite('host key')
const place = folder()
const [type = '', key = ''] = readFileSync(`${sshKey(join(place, 'server'))}.pub`, 'utf8').split(' ')
const nobody = async () => undefined

/** The platform's folder with these settings and pins. */
function platform(dotenv: string, knownHosts?: string): string {
  const path = folder()
  writeFileSync(join(path, '.env'), `${dotenv}\nSSH_KEY=${join(place, 'server')}\n`)
  if (knownHosts !== undefined) writeFileSync(join(path, 'known_hosts'), knownHosts)
  return path
}

test('a fingerprint is the one that ssh-keygen prints', () => {
  const said = String(execFileSync('ssh-keygen', ['-lf', join(place, 'server.pub')]))
  assert.is(fingerprint(key), said.split(' ')[1])
})

test('a list of known hosts is read with its names, without comments and scraps', () => {
  assert.equal(parseKnownHosts(`# 192.0.2.10:22 SSH-2.0-OpenSSH_9.2\n192.0.2.10,vps ${type} ${key}\n\nhalf line\n`), [{ names: ['192.0.2.10', 'vps'], type, key }])
})

test('without a pin there is none, and that is not what is wanted', async () => {
  const { read, want } = pinned(platform('HOST=192.0.2.10'), nobody)
  const found = await read()
  assert.equal([found, holds(want, found)], [[], false])
})

test('a pin of another server is no pin of this one', async () => {
  assert.equal(await pinned(platform('HOST=192.0.2.10', `192.0.2.99 ${type} ${key}\n`), nobody).read(), [])
})

test('a pinned key is told by its fingerprint', async () => {
  assert.equal(await pinned(platform(`HOST=192.0.2.10\nHOST_KEY=${fingerprint(key)}`, `192.0.2.10 ${type} ${key}\n`), nobody).read(), [fingerprint(key)])
})

test('a pin that is not the configured key is bad input, and says both', async () => {
  const other = `SHA256:${'A'.repeat(43)}`
  const failure = await rejects(pinned(platform(`HOST=192.0.2.10\nHOST_KEY=${other}`, `192.0.2.10 ${type} ${key}\n`), nobody).read())
  assert.equal([failure.kind, failure.facts.expected, failure.facts.found], ['input', other, [fingerprint(key)]])
})

test('a server that shows no key is bad input, and nothing is pinned', async () => {
  const path = platform('HOST=127.0.0.1\nSSH_PORT=1')
  assert.is((await rejects(pinned(path, async () => 'yes').act([]))).kind, 'input')
  assert.equal(await pinned(path, nobody).read(), [])
})

test.run()
