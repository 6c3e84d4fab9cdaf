import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { operator } from '../../lib/host/local.mts'
import { machine } from '../../lib/host/machine.mts'
import { settings } from '../engine/stage.mts'
import { folder } from '../folder.mts'
import { rejects } from '../rejects.mts'
import type { Mode } from '../../lib/engine/judge.mts'
import type { Host } from '../../lib/host/host.mts'

const test = suite('machine')
const place = folder()
const host = (mode: Mode = 'apply'): Host => machine(operator(), mode, '90-play', settings())
const file = join(place, 'a file')

test.before.each(() => writeFileSync(file, 'before\n'))

test('the same reading is asked for once until the next write', async () => {
  const here = host()
  const read = () => here.read('cat "$1"', [file])
  assert.is(await read(), 'before')
  writeFileSync(file, 'after\n')
  assert.is(await read(), 'before')
  await here.write('true')
  assert.is(await read(), 'after')
})

test('what was forgotten is read anew', async () => {
  const here = host()
  await here.read('cat "$1"', [file])
  writeFileSync(file, 'after\n')
  here.forget()
  assert.is(await here.read('cat "$1"', [file]), 'after')
})

test('another value is another reading', async () => {
  const here = host()
  assert.equal([await here.read('echo "$1"', ['a']), await here.read('echo "$1"', ['b'])], ['a', 'b'])
})

test('what was changed by other means is read anew', async () => {
  const here = host()
  await here.read('cat "$1"', [file])
  writeFileSync(file, 'after\n')
  here.changes('apply a Secret')
  assert.is(await here.read('cat "$1"', [file]), 'after')
})

for (const mode of ['plan', 'verify'] as const) {
  test(`--${mode} writes nothing, whoever asks for it`, async () => {
    for (const work of [() => host(mode).write('rm "$1"', [file]), async () => host(mode).changes('apply a Secret'), () => host(mode).upload(import.meta.filename, file), () => host(mode).put(file, 'x'), () => host(mode).notes.leave('B1', 1), () => host(mode).settle()]) {
      assert.is((await rejects(work())).kind, 'input')
    }
    assert.is(readFileSync(file, 'utf8'), 'before\n')
  })
}

test('a file is replaced as a whole, with its mode, in folders that are made for it', async () => {
  const path = join(place, 'new/deep/file')
  await host().put(path, 'content\n', { mode: '0600' })
  assert.equal([readFileSync(path, 'utf8'), statSync(path).mode & 0o777], ['content\n', 0o600])
  assert.equal(readdirSync(join(place, 'new/deep')), ['file'])
})

test('a file can be made empty', async () => {
  await host().put(file, '')
  assert.is(readFileSync(file, 'utf8'), '')
})

test('a content that its check refuses replaces nothing and leaves nothing behind', async () => {
  const before = readdirSync(place)
  await rejects(host().put(file, 'broken', { check: 'grep -q sound "$1"' }))
  assert.equal([readFileSync(file, 'utf8'), readdirSync(place)], ['before\n', before])
})

test('a content that does not fit on the disk replaces nothing', async () => {
  const here = machine({ ...operator(), run: (script, args, options) => operator().run(`ulimit -f 8; trap '' XFSZ; ${script}`, args, options) }, 'apply', '90-play', settings())
  await rejects(here.put(file, 'x'.repeat(100_000)))
  assert.is(readFileSync(file, 'utf8'), 'before\n')
})

test('where a file cannot be written the failure is told', async () => {
  const closed = join(place, 'closed')
  mkdirSync(closed, { recursive: true })
  chmodSync(closed, 0o500)
  if (process.getuid?.() !== 0) await rejects(host().put(join(closed, 'x'), 'x'))
  await rejects(host().put(join(file, 'x'), 'x'))
})

test('a file arrives whole, with its mode, and never under its name before', async () => {
  const path = join(place, 'bin/k3s')
  await host().upload(process.execPath, path, { mode: '0755' })
  assert.equal([readFileSync(path).equals(readFileSync(process.execPath)), statSync(path).mode & 0o777, readdirSync(dirname(path))], [true, 0o755, ['k3s']])
})

test('a file that was cut short on its way replaces nothing and leaves nothing behind', async () => {
  const before = readdirSync(place)
  const here = machine({ ...operator(), run: (script, args) => operator().run(script, args, { input: 'half of' }) }, 'apply', '90-play', settings())
  assert.match(String((await rejects(here.upload(import.meta.filename, file))).facts.found), 'what arrived has another sha256')
  assert.equal([readFileSync(file, 'utf8'), readdirSync(place)], ['before\n', before])
})

test('an upload has time for a slow line', async () => {
  const deadlines: unknown[] = []
  const here = machine({ ...operator(), run: async (_script, _args, { within }) => { deadlines.push(within); return '' } }, 'apply', '90-play', settings())
  const big = join(place, 'big')
  writeFileSync(big, '')
  truncateSync(big, 50_000_000)
  await here.upload(big, file)
  assert.equal(deadlines, ['1100s'])
})

test('a forward leads to the host\'s own loopback', async () => {
  const asked: unknown[] = []
  const here = machine({ ...operator(), forward: async (...words) => { asked.push(words); return 40_001 } }, 'apply', '90-play', settings())
  assert.equal([await here.forward(6443), asked], [40_001, [['127.0.0.1', 6443]]])
})

test('a boot has one identity', async () => {
  const one = await host().boot()
  assert.equal([one, /^[0-9a-f-]{36}-\d+$/.test(one)], [await host().boot(), true])
})

test('it is called what its shell is called', () => assert.is(host().name, 'local'))

test.run()
