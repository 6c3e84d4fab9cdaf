import { Readable } from 'node:stream'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { operator } from '../../lib/host/local.mts'
import { Secret } from '../../lib/secrets/secret.mts'
import { rejects } from '../rejects.mts'

const test = suite('local')
const shell = operator()

test('shell text gets its values as they are', async () => {
  assert.is(await shell.run('printf "%s|" "$@"', ['a b', '$HOME', '\'', ''], {}), 'a b|$HOME|\'||')
})

test('standard input arrives whole, also from a secret or a stream', async () => {
  const long = 'line\n'.repeat(100_000)
  assert.is(await shell.run('wc -c', [], { input: long }), String(long.length))
  assert.is(await shell.run('cat', [], { input: new Secret('hush') }), 'hush')
  assert.is(await shell.run('wc -c', [], { input: Readable.from([long, long]) }), String(2 * long.length))
})

test('without input a command that reads it is not left waiting', async () => {
  assert.is(await shell.run('cat; echo end', [], { within: '30s' }), 'end')
})

test('a command that ends before it has read its input takes nobody with it', async () => {
  for (let round = 0; round < 20; round += 1) await shell.run('exec true', [], { input: 'x'.repeat(200_000) })
})

test('a stream that breaks off ends the input, and takes nobody with it', async () => {
  const broken = Readable.from((function* () { yield 'half'; throw new Error('unreadable') })())
  assert.is(await shell.run('cat; echo " and no more"', [], { input: broken }), 'half and no more')
})

test('what the machine itself reaches needs no forward', async () => assert.is(await shell.forward('127.0.0.1', 6443), 6443))

test('a command that fails is told', async () => {
  assert.match((await rejects(shell.run('echo no >&2; exit 4', [], {}))).message, 'ended with 4')
})

test('a command is ended by its deadline', async () => {
  const start = performance.now()
  assert.match((await rejects(shell.run('sleep 60', [], { within: '200ms' }))).message, 'did not end within 200ms')
  assert.ok(performance.now() - start < 30_000)
})

test('an interruption ends what runs, and not what comes after it', async () => {
  const running = rejects(shell.run('sleep 20', [], {}))
  setTimeout(() => shell.interrupt(), 100)
  assert.is((await running).kind, 'interrupted')
  assert.is(await shell.run('echo on', [], {}), 'on')
})

test('the machine itself has no outside and does not come back from a reboot', async () => {
  assert.is(shell.outside, undefined)
  assert.match((await rejects(shell.comeBack('1s'))).message, 'ends with its reboot')
})

test.run()
