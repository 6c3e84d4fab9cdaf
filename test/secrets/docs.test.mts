import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createSecret, readSecrets } from '../../lib/secrets/file.mts'
import { createIdentity, newIdentity } from '../../lib/secrets/identity.mts'
import { keyringOf, parseIdentities } from '../../lib/secrets/keyring.mts'
import { writeRule } from '../../lib/secrets/rule.mts'
import { Secret } from '../../lib/secrets/secret.mts'

const test = suite('docs/secrets.md')
const root = join(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/secrets.md'), 'utf8')

/** The blocks marked `run` under a heading, in order. */
const blocks = (heading: string): string[] => {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? ''
  return [...section.matchAll(/^```sh run\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)
}

const folder = await mkdtemp(join(tmpdir(), 'secrets-docs-'))
const laptops = await Promise.all(['one', 'two', 'three'].map((name) => createIdentity(join(folder, '..', `${name}-${process.pid}`, 'sops/age/keys.txt'))))
const [one, two, three] = laptops.map(({ path, recipient }) => ({ recipient, home: join(path, '../../..') }))
const recovery = await newIdentity()
await writeRule(folder, [one?.recipient ?? '', recovery.recipient])
await createSecret(folder, 'postgres', [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'postgres' }, stringData: { password: new Secret('first') } }])

async function paste(block: string, home: string, variables: Record<string, string> = {}, input = ''): Promise<string> {
  const { SOPS_AGE_KEY, SOPS_AGE_KEY_FILE, SOPS_AGE_KEY_CMD, ...inherited } = process.env
  const child = spawn('bash', ['-euo', 'pipefail', '-c', block], { cwd: root, env: { ...inherited, ...variables, PLATFORM_DIR: folder, XDG_CONFIG_HOME: home } })
  child.stdin.end(input)
  const [stdout, stderr, code] = await Promise.all([readAll(child.stdout), readAll(child.stderr), new Promise((resolve) => child.on('close', resolve))])
  assert.is(code, 0, `${block}\n${stdout}\n${stderr}`)
  return stdout
}

const password = async (home: string): Promise<string | undefined> => {
  const keys = keyringOf(...parseIdentities(await readFile(join(home, 'sops/age/keys.txt'), 'utf8')))
  return readSecrets(folder, 'postgres', keys).then(({ password }) => password?.reveal(), () => undefined)
}

test('the blocks under Run list, show, set and check', async () => {
  const [look = '', set = '', check = '', ...more] = blocks('Run')
  assert.is(more.length, 0)
  assert.match(await paste(look, one?.home ?? ''), /postgres\.sops\.yaml +2 recipients[\s\S]*password: first/)
  assert.match(await paste(set, one?.home ?? ''), /changed +secrets\/postgres/)
  assert.is(Buffer.from((await password(one?.home ?? '')) ?? '', 'base64').length, 24)
  assert.match(await paste(check, one?.home ?? ''), /0 plain secrets .* 1 encrypted/)
})

test('the blocks under Rotate hand the files from one laptop to another', async () => {
  const [add = '', remove = '', ...more] = blocks('Rotate a recipient')
  assert.is(more.length, 0)
  const variables = { NEW: two?.recipient ?? '', OLD: one?.recipient ?? '' }
  await paste(add, one?.home ?? '', variables)
  assert.ok((await password(one?.home ?? '')) && (await password(two?.home ?? '')))
  assert.match(await paste(remove, two?.home ?? '', variables), /give each one a new value/)
  assert.is(await password(one?.home ?? ''), undefined)
  assert.ok(await password(two?.home ?? ''))
})

test('the block under Recover needs the recovery key and nothing else, and ends with the new laptop reading', async () => {
  const [recover = '', ...more] = blocks('Recover with the recovery key')
  assert.is(more.length, 0)
  const variables = { NEW: three?.recipient ?? '', OLD: two?.recipient ?? '' }
  await paste(recover, join(folder, 'no-home'), variables, `${recovery.identity.reveal()}\n`)
  assert.is(await password(two?.home ?? ''), undefined)
  assert.ok(await password(three?.home ?? ''))
})

test('every anchor that an error points to is a heading of the page', () => {
  const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading.toLowerCase().replaceAll(' ', '-'))
  for (const anchor of ['no-key', 'mac-mismatch', 'the-gate-is-red']) assert.ok(headings.includes(anchor), anchor)
})

test.after(async () => {
  await Promise.all([folder, one?.home, two?.home, three?.home].map((path) => rm(path ?? '', { recursive: true, force: true })))
})
test.run()
