import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { generateHybridIdentity, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { encryptNew, openSecret } from '../../lib/secrets/file.mts'
import { createIdentity, newIdentity, recipientsOf } from '../../lib/secrets/identity.mts'
import { findKeyring, identityPath, parseIdentities } from '../../lib/secrets/keyring.mts'
import { shellWords } from '../../lib/secrets/shell-words.mts'
import { open } from '../../lib/secrets/sops.mts'
import { rejects } from './rejects.mts'

const test = suite('keyring')
const folder = await mkdtemp(join(tmpdir(), 'keyring-'))
const [a, b, pq] = [await generateX25519Identity(), await generateX25519Identity(), await generateHybridIdentity()]
const text = await encryptNew('data: x\n', await Promise.all([a, pq].map(identityToRecipient)))
const home = { HOME: folder, XDG_CONFIG_HOME: '' }
const file = join(folder, 'keys file.txt')
await writeFile(file, `# made for a test\r\n\r\n${a}\r\n`)
await writeFile(join(folder, 'bad.txt'), ` ${a}\n`)

const places: Record<string, Record<string, string>> = {
  'SOPS_AGE_KEY': { SOPS_AGE_KEY: a },
  'SOPS_AGE_KEY with several lines and words': { SOPS_AGE_KEY: `# two keys\n${b} ${a}\n` },
  'SOPS_AGE_KEY_FILE with comments and CRLF': { SOPS_AGE_KEY_FILE: file },
  'SOPS_AGE_KEY_CMD with quoted words': { SOPS_AGE_KEY_CMD: `cat '${file}'` },
  'a post-quantum identity': { SOPS_AGE_KEY: pq },
  'a good place beside an unreadable one': { SOPS_AGE_KEY: a, SOPS_AGE_KEY_FILE: '/nonexistent' },
  'a good place beside a spoiled one': { SOPS_AGE_KEY: a, SOPS_AGE_KEY_FILE: join(folder, 'bad.txt') },
  'a good place beside a failing command': { SOPS_AGE_KEY: a, SOPS_AGE_KEY_CMD: 'false' },
}

for (const [name, env] of Object.entries(places)) {
  test(`the file opens with the identity in ${name}`, async () => {
    assert.is((await open(text, await findKeyring({ ...home, ...env }))).items.length, 1)
  })
}

test('the file opens with the identity in the user configuration folder', async () => {
  const env = { HOME: folder, XDG_CONFIG_HOME: join(folder, 'config') }
  assert.is(identityPath(env), join(folder, 'config/sops/age/keys.txt'))
  await mkdir(dirname(identityPath(env)), { recursive: true })
  await writeFile(identityPath(env), `${a}\n`)
  assert.is((await open(text, await findKeyring(env))).items.length, 1)
})

test('the command is asked for each recipient, by name', async () => {
  const script = join(folder, 'keys.sh')
  await writeFile(script, `#!/bin/sh\n[ "$SOPS_AGE_RECIPIENT" = "${await identityToRecipient(a)}" ] && echo ${a} || echo ${b}\n`)
  await chmod(script, 0o700)
  assert.is((await open(text, await findKeyring({ ...home, SOPS_AGE_KEY_CMD: script }))).items.length, 1)
})

test('without a fitting key every recipient is listed with its reason, and every place that was empty', async () => {
  const failure = await rejects(open(text, await findKeyring({ ...home, SOPS_AGE_KEY: b })), /failed to get the data key/)
  assert.match(String(failure.facts.found), `${await identityToRecipient(a)}: identity did not match`)
  assert.match(String(failure.facts.found), 'SOPS_AGE_KEY_FILE')
  const none = await rejects(open(text, await findKeyring(home)), /failed to get the data key/)
  assert.match(String(none.facts.found), 'failed to load age identities')
})

for (const [line, reason] of [[` ${a}`, /unknown identity/], [a.toLowerCase(), /unknown identity/], [`${a} `, /malformed/], [a.slice(0, -2), /malformed/], ['AGE-PLUGIN-YUBIKEY-1QQQ', /plugins/], ['-----BEGIN AGE ENCRYPTED FILE-----', /passphrase/]] as const) {
  test(`a key line like ${line.slice(0, 12)}… ${line.length} is refused without repeating it`, () => {
    assert.throws(() => parseIdentities(line), (thrown: Error) => reason.test(thrown.message) && !thrown.message.includes(a.slice(20, 40)))
  })
}

test('an identity is made once, for nobody else to read, and never overwritten', async () => {
  const path = join(folder, 'fresh/sops/age/keys.txt')
  const { recipient } = await createIdentity(path)
  assert.equal([(await stat(path)).mode & 0o777, (await stat(dirname(path))).mode & 0o777], [0o600, 0o700])
  assert.equal(await recipientsOf(path), [recipient])
  const before = await readFile(path, 'utf8')
  await rejects(createIdentity(path), /exists already/)
  assert.is(await readFile(path, 'utf8'), before)
})

test('a recovery identity prints as nothing', async () => {
  const { identity, recipient } = await newIdentity()
  assert.is(`${identity}`, '[redacted]')
  assert.is(await identityToRecipient(identity.reveal()), recipient)
})

test('words are cut as a shell cuts them, and nothing is expanded', () => {
  assert.equal(shellWords(`a 'b c' "d \\"e\\" $X" f\\ g h'i'"j" ''`), ['a', 'b c', 'd "e" $X', 'f g', 'hij', ''])
})

for (const [name, why] of [['x.json', /no YAML file/], ['x.env', /no YAML file/], ['pgp.yaml', /encrypted for pgp only/], ['latin1.yaml', /not UTF-8/]] as const) {
  test(`${name} is refused in one sentence`, async () => {
    const metadata = 'sops:\n  pgp: [{fp: x, enc: y}]\n  lastmodified: "2024-01-02T00:00:00Z"\n  mac: x\n  version: 3.13.3\n'
    await writeFile(join(folder, name), name === 'latin1.yaml' ? Buffer.from([0x61, 0x3a, 0xe4]) : `a: b\n${metadata}`)
    const failure = await rejects(openSecret(folder, join(folder, name), await findKeyring(home)), why)
    assert.is(failure.kind, 'input')
  })
}

test.after(() => rm(folder, { recursive: true, force: true }))
test.run()
