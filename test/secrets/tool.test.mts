import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { memoryFile } from '../../lib/secrets/memory-file.mts'
import { rejects } from './rejects.mts'
import { tool } from './tool.mts'

const test = suite('the secrets tool')
const { path, original, run, remove } = await tool()

test.before.each(() => writeFile(path, original))

test('show prints the clear YAML, by name and by path', async () => {
  for (const name of ['mail', 'secrets/mail.sops.yaml', path]) {
    const { code, stdout } = await run(['show', name])
    assert.is(code, 0)
    assert.match(stdout, /password: canary-1234/)
    assert.not.match(stdout, 'sops:')
  }
})

test('list names the file and its recipients, and no value', async () => {
  const { code, stdout } = await run(['list'])
  assert.is(code, 0)
  assert.match(stdout, /^mail\.sops\.yaml {2}2 recipients {2}\d{4}-/)
})

test('set takes the value from stdin without the line break of echo', async () => {
  assert.is((await run(['set', 'mail', 'stringData.password'], { input: 'fresh value\n' })).code, 0)
  assert.match((await run(['show', 'mail'])).stdout, /password: fresh value\n/)
  await run(['set', 'mail', 'stringData.pem'], { input: 'one\ntwo\n' })
  assert.match((await run(['show', 'mail'])).stdout, /pem: \|\n/)
})

test('set without a value changes nothing', async () => {
  assert.is((await run(['set', 'mail', 'stringData.password'])).code, 2)
  assert.is(await readFile(path, 'utf8'), original)
})

const wrong: [string[], number, RegExp][] = [
  [[], 2, /no command/], [['frob'], 2, /no command/], [['show'], 2, /no command/], [['show', 'none'], 2, /no secret file none/], [['set', 'mail', 'a..b'], 2, /no key path/], [['check', '--other'], 2, /no command/],
]
for (const [args, code, reason] of wrong) {
  test(`secrets ${args.join(' ')} ends with ${code}`, async () => {
    const ended = await run(args, { input: 'x' })
    assert.is(ended.code, code)
    assert.match(ended.stderr, reason)
  })
}

test('--help prints the commands', async () => {
  const { code, stdout } = await run(['--help'])
  assert.is(code, 0)
  for (const word of ['list', 'show', 'set', 'edit', 'recipients', 'check']) assert.match(stdout, new RegExp(`^ {2}${word}`, 'm'))
})

test('a wrong MAC ends with 1 and prints no value', async () => {
  await writeFile(path, original.replace('name: mail', 'name: male'))
  const { code, stdout, stderr } = await run(['show', 'mail'])
  assert.is(code, 1)
  assert.match(stderr, /MAC mismatch/)
  assert.not.match(stdout + stderr, 'canary')
})

test('a red gate ends with 1, a green one with 0', async () => {
  assert.is((await run(['check'])).code, 0)
  await writeFile(path, original.replace(/ {4}mac: .*\n/, ''))
  assert.is((await run(['check'])).code, 1)
})

test('a machine without memory-backed storage is told what to do', async () => {
  const failure = await rejects(() => memoryFile('x', 'y', [tmpdir(), '/nonexistent']), /no memory-backed folder/)
  assert.match(String(failure.facts.next), 'set FILE KEY')
})

test.after(remove)

test.run()
