import { appendFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isSignedBy, sign } from '../../lib/engine/signature.mts'
import { folder } from '../folder.mts'
import { rejects } from '../rejects.mts'
import { sshKey } from './ssh-key.mts'

const test = suite('signature')
const place = folder()
const key = sshKey(join(place, 'operator'))
const file = join(place, 'evidence.jsonl')

test.before.each(async () => {
  rmSync(`${file}.sig`, { force: true })
  writeFileSync(file, 'one line\n')
  await sign(file, key)
})

test('a signed file is accepted with its key', async () => assert.ok(await isSignedBy(file, key)))

test('a file that was edited afterwards is not', async () => {
  appendFileSync(file, '\n')
  assert.not.ok(await isSignedBy(file, key))
})

test('a signature by another key is not the operator\'s', async () => {
  assert.not.ok(await isSignedBy(file, sshKey(join(place, 'another'))))
})

test('a key that is not there is told with ssh-keygen\'s words', async () => {
  const failure = await rejects(sign(file, join(place, 'absent')))
  assert.match(failure.message, 'could not be signed')
  assert.match(String(failure.facts.found), 'No such file')
})

test('a key that wants a passphrase fails instead of asking for it', async () => {
  const locked = sshKey(join(place, 'locked'), 'secret words')
  const start = performance.now()
  assert.is((await rejects(sign(file, locked))).facts.next, `ssh-add ${locked}`)
  assert.ok(performance.now() - start < 30_000)
})

test.run()
