import { readFileSync } from 'node:fs'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { withRecipients, withText, withValue } from '../../lib/secrets/change.mts'
import { clearText } from '../../lib/secrets/clear-text.mts'
import { encryptNew } from '../../lib/secrets/file.mts'
import { keyringOf, parseIdentities } from '../../lib/secrets/keyring.mts'
import { parseKeyPath } from '../../lib/secrets/key-path.mts'
import { Secret } from '../../lib/secrets/secret.mts'
import { open } from '../../lib/secrets/sops.mts'
import { randomYaml } from './random-yaml.mts'
import { rejects } from './rejects.mts'

const test = suite('change')
const identities = await Promise.all([1, 2, 3].map(() => generateX25519Identity()))
const [first = '', second = '', third = ''] = await Promise.all(identities.map(identityToRecipient))
const keyring = (index: number) => keyringOf(new Secret(identities[index] ?? ''))
const fixture = (path: string): string => readFileSync(new URL(`../fixtures/sops/${path}`, import.meta.url), 'utf8')
const fixtureKeys = keyringOf(...parseIdentities(fixture('keys/a.agekey')))

const CLEAR = `# head
apiVersion: v1
kind: ${'Secret'}
metadata: {name: x}

stringData:
  # about the user
  user: admin # inline
  "tls.crt": |
    line one
    line two
  empty: ""
  flow: {a: "b", "c": "d"}
list:
  - data: [1, 2.0]
last: 017
`

/** The lines of one text that the other does not have at the same place. */
function changedLines(before: string, after: string): string[] {
  const [old, fresh] = [before.split('\n'), after.split('\n')]
  assert.is(old.length, fresh.length)
  return fresh.filter((line, index) => line !== old[index]).map((line) => line.trim().replace(/:.*/, ''))
}

test('what is encrypted reads back byte for byte, comments and layout too', async () => {
  const opened = await open(await encryptNew(CLEAR, [first, second]), keyring(1))
  assert.is(clearText(opened), CLEAR)
})

test('no secret value and no comment beside one stands in the encrypted text', async () => {
  const text = await encryptNew(CLEAR, [first, second])
  for (const secret of ['admin', 'line one', 'about the user', 'inline', 'a: b']) assert.not.match(text, secret)
  assert.match(text, '# head')
})

for (const [path, name] of [['stringData.user', 'user'], ['stringData["tls.crt"]', '"tls.crt"'], ['stringData.flow.a', 'flow'], ['stringData.empty', 'empty'], ['list[0].data[1]', '- data']] as const) {
  test(`setting ${path} changes its line, lastmodified and mac, and nothing else`, async () => {
    const before = await encryptNew(CLEAR, [first, second])
    const later = before.replace(/lastmodified: ".*"/, 'lastmodified: "2001-01-01T00:00:00Z"')
    const opened = { ...(await open(before, keyring(0))) }
    const after = withValue(opened, parseKeyPath(path), 'new value')
    assert.equal(changedLines(later, after), [name, 'lastmodified', 'mac'])
    assert.match(clearText(await open(after, keyring(1))), 'new value')
  })
}

test('a key that is new is added at the end of its mapping, and everything else stays', async () => {
  const before = await encryptNew(CLEAR, [first, second])
  const after = withValue(await open(before, keyring(0)), ['stringData', 'added'], 'x: #1')
  assert.is(clearText(await open(after, keyring(0))), CLEAR.replace(`"d"}\n`, `"d"}\n  added: "x: #1"\n`))
})

test('setting the value that is there changes nothing', async () => {
  const before = await encryptNew(CLEAR, [first, second])
  assert.is(withValue(await open(before, keyring(0)), ['stringData', 'user'], 'admin'), before)
})

test('a mapping, a missing parent and a bad path are refused', async () => {
  const opened = await open(await encryptNew(CLEAR, [first, second]), keyring(0))
  await rejects(() => withValue(opened, ['stringData', 'flow'], 'x'), /is a mapping/)
  await rejects(() => withValue(opened, ['none', 'flow'], 'x'), /there is no none/)
  await rejects(() => parseKeyPath('a..b'), /no key path/)
})

test('an edit keeps every ciphertext whose value was not edited', async () => {
  const before = await encryptNew(CLEAR, [first, second])
  const opened = await open(before, keyring(0))
  assert.is(withText(opened, clearText(opened)), before)
  const after = withText(opened, clearText(opened).replace('admin', 'root'))
  assert.equal(changedLines(before, after).filter((name) => name !== 'lastmodified'), ['user', 'mac'])
})

for (const file of ['enc/types.yaml', 'enc/comments.yaml', 'enc/multidoc.yaml', 'enc/k8s.yaml', 'enc/suffix.yaml']) {
  test(`${file}, written by SOPS, keeps every other line when one value is edited`, async () => {
    const opened = await open(fixture(file), fixtureKeys)
    const clear = clearText(opened)
    const after = withText(opened, clear.replace(/^(\w+:) .*$/m, '$1 "edited"'))
    const wanted = file === 'enc/multidoc.yaml' ? 1 + 2 * 3 : 3
    assert.is(changedLines(fixture(file), after).length, wanted)
    assert.match(clearText(await open(after, fixtureKeys)), 'edited')
  })
}

test('a recipient added can read, and only the age block changed', async () => {
  const before = await encryptNew(CLEAR, [first, second])
  const { text, added, removed } = await withRecipients(await open(before, keyring(0)), [first, second, third])
  assert.equal([added, removed], [[third], []])
  assert.is(clearText(await open(text, keyring(2))), CLEAR)
  assert.is(text.split('\nsops:')[0], before.split('\nsops:')[0])
  assert.is(/ mac: .*/.exec(text)?.[0], / mac: .*/.exec(before)?.[0])
})

test('a recipient removed cannot open the file, nor with the data key it may have kept', async () => {
  const opened = await open(await encryptNew(CLEAR, [first, second, third]), keyring(0))
  const { text, removed } = await withRecipients(opened, [first, second])
  assert.equal(removed, [third])
  await rejects(open(text, keyring(2)), /failed to get the data key/)
  const fresh = await open(text, keyring(0))
  assert.not.ok(fresh.key.equals(opened.key))
  assert.is(clearText(fresh), CLEAR)
})

test('Windows line endings, document ends and several documents survive', async () => {
  for (const clear of [CLEAR.replaceAll('\n', '\r\n'), `${CLEAR}...\n---\ndata: x\n# foot\n`, 'data: x', '---\ndata:\n  k: v\n---\n# only a comment\n']) {
    const encrypted = await encryptNew(clear, [first, second])
    const back = clearText(await open(encrypted, keyring(0)))
    assert.is(back.replace(/\n$/, '').replaceAll('\r\n', '\n'), clear.replace(/\n$/, '').replaceAll('\r\n', '\n'))
  }
})

test('aliases are written out, for one ciphertext cannot serve two places', async () => {
  const clear = 'base: &b {k: v}\ndata:\n  one: *b\n  two:\n    <<: *b\n'
  const opened = await open(await encryptNew(clear, [first, second]), keyring(0))
  assert.equal(opened.items.filter(({ encrypted }) => encrypted).map(({ keys }) => keys.join('.')), ['data.one.k', 'data.two.<<.k'])
})

test('random trees of 60 seeds read back with the same values, and edits of nothing change nothing', async () => {
  for (let seed = 5000; seed < 5060; seed++) {
    const clear = randomYaml(seed)
    const encrypted = await encryptNew(clear, [first, second])
    const opened = await open(encrypted, keyring(seed % 2))
    assert.is(withText(opened, clearText(opened)), encrypted)
    const again = await open(await encryptNew(clearText(opened), [first, second]), keyring(0))
    const values = ({ items }: typeof opened): string[] => items.filter(({ what }) => what === 'leaf').map(({ place, clear }) => `${place} ${clear.kind} ${clear.bytes.toString('hex')}`)
    assert.equal(values(again), values(opened), `seed ${seed}`)
  }
})

test('a file that is encrypted already is not encrypted again', async () => {
  await rejects(encryptNew(await encryptNew(CLEAR, [first, second]), [first, second]), /already encrypted/)
})

for (const [clear, reason] of [['- a\n', /root must be a mapping/], ['', /completely empty/], ['1: x\n', /non-string key/], ['a: 1\na: 2\n', /unique/], ['data: {k: hunter2\n', /cannot read the YAML/], ['data: "a" hunter2\n', /cannot read the YAML/]] as const) {
  test(`${JSON.stringify(clear)} is refused without repeating it`, async () => {
    const failure = await rejects(encryptNew(clear, [first, second]), reason)
    assert.not.match(failure.message, 'hunter2')
  })
}

test.run()
