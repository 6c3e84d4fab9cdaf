import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { execute, type Ending, type ExecOptions } from '../../lib/cluster/exec.mts'
import { Secret } from '../../lib/secrets/secret.mts'
import { rejects } from '../rejects.mts'
import type { Readable, Writable } from 'node:stream'

const test = suite('exec')
const PLACE = { namespace: 'shop', pod: 'web' }

type Streams = { out: Writable, error: Writable, input: Readable | null, ended: (ending: Ending) => void, close: () => void }

/** A command in a container that does this with its streams, and what has become of its stream. */
function run(does: (streams: Streams) => void | Promise<void>, options: ExecOptions = {}) {
  const done: string[] = []
  let close = () => {}
  const result = execute(async (out, error, input, ended) => {
    setTimeout(() => void does({ out, error, input, ended, close: () => close() }))
    return { readyState: 1, on: (_event, heard) => { close = heard }, terminate: () => void done.push('terminated') }
  }, PLACE, ['psql', '-c', 'select 1'], options)
  return { result, done }
}

test('a command that ends well gives back what it printed', async () => {
  assert.is(await run(({ out, ended }) => { out.write('one\n'); ended({ status: 'Success' }) }).result, 'one\n')
})

test('a command that ends badly is a failure with its code and its last words', async () => {
  const { message, facts } = await rejects(run(({ error, ended }) => {
    error.write('a\nb\nno such table\n')
    ended({ status: 'Failure', message: 'command terminated with non-zero exit code', details: { causes: [{ reason: 'ExitCode', message: '3' }] } })
  }).result)
  assert.is(message, 'a command in shop/web ended with 3')
  assert.is(facts.command, 'kubectl exec -n shop web -- psql -c select 1')
  assert.match(String(facts.found), 'no such table')
})

test('a command that cannot be run is told in the runtime\'s words', async () => {
  const { message, facts } = await rejects(run(({ ended }) => ended({ status: 'Failure', message: 'exec: "psql": executable file not found' })).result)
  assert.equal([message, facts.found], ['a command in shop/web could not be run', 'exec: "psql": executable file not found'])
})

test('what a command reads is given to it, a secret too', async () => {
  let read = ''
  await run(async ({ input, ended }) => {
    for await (const part of input ?? []) read += String(part)
    ended({ status: 'Success' })
  }, { input: new Secret('hunter2') }).result
  assert.is(read, 'hunter2')
})

test('a stream that closes without a word about the command is a failure, whatever it has printed', async () => {
  const { message } = await rejects(run(({ out, close }) => { out.write('1 row\n'); close() }).result)
  assert.match(message, 'nobody said how')
})

test('a stream that was closed before anybody could listen is one, too', async () => {
  const result = execute(async () => ({ readyState: 3, on: () => {}, terminate: () => {} }), PLACE, ['true'], {})
  assert.match((await rejects(result)).message, 'nobody said how')
})

test('a command that does not end is given up at its deadline, and its stream with it', async () => {
  const { result, done } = run(() => {}, { within: '50ms' })
  const { message, facts } = await rejects(result)
  assert.equal([message, facts.waited], ['a command in shop/web did not end within 50ms', '50ms'])
  await new Promise(resolve => setTimeout(resolve))
  assert.equal(done, ['terminated'])
})

test('a stream that does not open is told with what was said', async () => {
  const { message, facts } = await rejects(execute(async () => { throw new Error('Unexpected server response: 404') }, PLACE, ['true'], {}))
  assert.equal([message, facts.found], ['no command can be run in shop/web', 'Unexpected server response: 404'])
})

test.run()
