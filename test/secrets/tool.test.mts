import { spawn } from 'node:child_process'
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createSecret } from '../../lib/secrets/file.mts'
import { createIdentity, newIdentity } from '../../lib/secrets/identity.mts'
import { memoryFile, memoryPlaces } from '../../lib/secrets/memory-file.mts'
import { writeRule } from '../../lib/secrets/rule.mts'
import { Secret } from '../../lib/secrets/secret.mts'
import { rejects } from './rejects.mts'

type Ended = { code: number | null; stdout: string; stderr: string }

const test = suite('the secrets tool')
const root = join(import.meta.dirname, '../..')
const folder = await mkdtemp(join(tmpdir(), 'secrets-tool-'))
const home = await mkdtemp(join(tmpdir(), 'secrets-home-'))
const operator = await createIdentity(join(home, 'sops/age/keys.txt'))
await writeRule(folder, [operator.recipient, (await newIdentity()).recipient])
const path = await createSecret(folder, 'mail', [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'mail' }, stringData: { password: new Secret('canary-1234') } }])
const original = await readFile(path, 'utf8')

function start(args: string[], { editor = 'true', input = '' } = {}): { ended: Promise<Ended>; kill(signal: NodeJS.Signals): void } {
  const env = { ...process.env, PLATFORM_DIR: folder, XDG_CONFIG_HOME: home, EDITOR: editor, SOPS_EDITOR: '' }
  const child = spawn(process.execPath, ['--import', 'tsx', 'runbooks/secrets.mts', ...args], { cwd: root, env })
  child.stdin.end(input)
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve))
  const ended = Promise.all([closed, readAll(child.stdout), readAll(child.stderr)]).then(([code, stdout, stderr]) => ({ code, stdout, stderr }))
  return { ended, kill: (signal) => child.kill(signal) }
}

const run = (args: string[], options?: { editor?: string; input?: string }): Promise<Ended> => start(args, options).ended

async function editor(name: string, body: string): Promise<string> {
  const script = join(home, name)
  await writeFile(script, `#!/bin/sh\n${body}\n`)
  await chmod(script, 0o700)
  return script
}

async function leftovers(): Promise<string[]> {
  const names = await Promise.all(memoryPlaces().map((place) => readdir(place).catch(() => [])))
  return names.flat().filter((name) => name.startsWith('platform-secret-'))
}

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

test('an edit is written back, and its file was 0600, in memory, and is gone', async () => {
  const log = join(home, 'seen')
  const script = await editor('good', `stat -c %a "$1" > ${log}; stat -f -c %T "$1" >> ${log}; stat -c %a "$(dirname "$1")" >> ${log}; sed -i s/canary-1234/edited/ "$1"`)
  const { code, stderr } = await run(['edit', 'mail'], { editor: script })
  assert.is(code, 0, stderr)
  assert.is(await readFile(log, 'utf8'), '600\ntmpfs\n700\n')
  assert.match((await run(['show', 'mail'])).stdout, /password: edited/)
  assert.equal(await leftovers(), [])
})

test('an edit that changes nothing leaves the file as it is', async () => {
  assert.match((await run(['edit', 'mail'])).stdout, /unchanged/)
  assert.is(await readFile(path, 'utf8'), original)
})

for (const [name, body, reason] of [['fails', 'exit 3', /ended with 3/], ['breaks the YAML', 'echo "\ta: [" >> "$1"', /cannot read the YAML/], ['adds a sops entry', 'echo "sops: x" >> "$1"', /called sops/]] as const) {
  test(`when the editor ${name} nothing changes, nothing stays, and it is said`, async () => {
    const { code, stderr } = await run(['edit', 'mail'], { editor: await editor('bad', body) })
    assert.is(code, 1)
    assert.match(stderr, reason)
    assert.match(stderr, /nothing was changed/)
    assert.is(await readFile(path, 'utf8'), original)
    assert.equal(await leftovers(), [])
  })
}

test('an editor that is not there is said', async () => {
  const { code, stderr } = await run(['edit', 'mail'], { editor: '/nonexistent/editor' })
  assert.is(code, 2)
  assert.match(stderr, /cannot be started/)
  assert.equal(await leftovers(), [])
})

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`${signal} during an edit ends with 130 and leaves nothing`, async () => {
    const mark = join(home, `waiting-${signal}`)
    const { ended, kill } = start(['edit', 'mail'], { editor: await editor('slow', `touch ${mark}; exec sleep 30`) })
    for (let tries = 0; tries < 100 && !(await readFile(mark).catch(() => false)); tries++) await pause(100)
    assert.is((await leftovers()).length, 1)
    kill(signal)
    const { code, stderr } = await ended
    assert.is(code, 130, stderr)
    assert.equal(await leftovers(), [])
    assert.is(await readFile(path, 'utf8'), original)
  })
}

test('what a killed edit left behind is removed by the next one', async () => {
  const mark = join(home, 'killed')
  const { ended, kill } = start(['edit', 'mail'], { editor: await editor('dies', `touch ${mark}; exec sleep 3`) })
  for (let tries = 0; tries < 100 && !(await readFile(mark).catch(() => false)); tries++) await pause(100)
  kill('SIGKILL')
  await ended
  assert.is((await leftovers()).length, 1)
  assert.is((await run(['edit', 'mail'])).code, 0)
  assert.equal(await leftovers(), [])
})

test('a file changed by someone else during an edit is not overwritten', async () => {
  const { code, stderr } = await run(['edit', 'mail'], { editor: await editor('race', `sed -i s/canary/mine/ "$1"; echo >> ${path}`) })
  assert.is(code, 1)
  assert.match(stderr, /changed by someone else/)
  assert.is(await readFile(path, 'utf8'), `${original}\n`)
})

test('a machine without memory-backed storage is told what to do', async () => {
  const failure = await rejects(() => memoryFile('x', 'y', [tmpdir(), '/nonexistent']), /no memory-backed folder/)
  assert.match(String(failure.facts.next), 'set FILE KEY')
})

test.after(async () => {
  await Promise.all([folder, home].map((each) => rm(each, { recursive: true, force: true })))
})
test.run()
