import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { encryptNew, readSecrets } from '../../lib/secrets/file.mts'
import { keyringOf } from '../../lib/secrets/keyring.mts'
import { clearDocuments } from '../../lib/secrets/objects.mts'
import { Secret } from '../../lib/secrets/secret.mts'
import { open } from '../../lib/secrets/sops.mts'
import { rejects } from './rejects.mts'

const test = suite('sops')
const identities = [await generateX25519Identity(), await generateX25519Identity()]
const recipients = await Promise.all(identities.map(identityToRecipient))
const keyring = keyringOf(new Secret(identities[0] ?? ''))
const CLEAR = 'clear: 1\nother: 2\ndata:\n  a: uno\n  b: dos\n  n: null\n  l: [1, 2.5, true]\n'
const good = await encryptNew(CLEAR, recipients)
const another = await encryptNew(CLEAR.replace('uno', 'tres'), recipients)

const [a = '', b = ''] = [/ a: (ENC.*)/.exec(good)?.[1], / b: (ENC.*)/.exec(good)?.[1]]
const mac = / {4}mac: .*\n/
const altered: Record<string, [string, RegExp]> = {
  'a clear value changed': [good.replace('clear: 1', 'clear: 3'), /MAC mismatch/],
  'two clear values swapped': [good.replace('clear: 1\nother: 2', 'clear: 2\nother: 1'), /MAC mismatch/],
  'a clear value added': [good.replace('clear: 1', 'clear: 1\nmore: 1'), /MAC mismatch/],
  'an encrypted value removed': [good.replace(/ {2}b: .*\n/, ''), /MAC mismatch/],
  'an encrypted value emptied': [good.replace(b, '""'), /MAC mismatch/],
  'two encrypted values swapped': [good.replace(a, 'X').replace(b, a).replace('X', b), /message authentication failed/],
  'a key renamed': [good.replace('  a: ENC', '  c: ENC'), /message authentication failed/],
  'a value from another file': [good.replace(a, / a: (ENC.*)/.exec(another)?.[1] ?? ''), /message authentication failed/],
  'a MAC from another file': [good.replace(mac, mac.exec(another)?.[0] ?? ''), /cannot decrypt MAC|MAC mismatch/],
  'no MAC': [good.replace(mac, ''), /MAC mismatch\. File has no MAC, computed/],
  'an empty MAC': [good.replace(mac, '    mac: ""\n'), /File has no MAC/],
  'a null MAC': [good.replace(mac, '    mac: null\n'), /File has no MAC/],
  'a clear MAC': [good.replace(mac, '    mac: ABC\n'), /cannot decrypt MAC: input string does not match/],
  'lastmodified changed': [good.replace(/lastmodified: ".{4}/, 'lastmodified: "2001'), /cannot decrypt MAC/],
  'lastmodified without quotes': [good.replace(/lastmodified: "(.*)"/, 'lastmodified: $1'), /'lastmodified' expected type 'string'/],
  'lastmodified no time': [good.replace(/lastmodified: ".*"/, 'lastmodified: "today"'), /no RFC 3339 time/],
  'a type word changed': [good.replace(a, a.replace('type:str', 'type:int')), /no int/],
  'an unknown type word': [good.replace(a, a.replace('type:str', 'type:json')), /unknown datatype: json/],
  'a shortened tag': [good.replace(a, a.replace(/tag:[^,]*/, 'tag:AAAA')), /incorrect tag size/],
  'junk in the base64': [good.replace(a, a.replace('data:', 'data:!')), /error base64-decoding data/],
  'plain text where ciphertext belongs': [good.replace(a, 'hunter2'), /does not match sops' data format/],
  'a number where ciphertext belongs': [good.replace(a, '7'), /expected encrypted value as string, but got int/],
  'no metadata': [CLEAR, /sops metadata not found/],
  'no keys': [good.replace(/ {4}age:\n[\s\S]*(?= {4}encrypted_regex)/, ''), /no keys found/],
  'two selectors': [good.replace('    encrypted_regex', '    encrypted_suffix: x\n    encrypted_regex'), /more than one of/],
  'a short version': [good.replace(/version: .*/, 'version: 3.13'), /version/],
  'no version': [good.replace(/ {4}version: .*/, ''), /version string empty/],
  'a clear document behind it': [`${good}---\nx: 1\n`, /MAC mismatch/],
}

for (const [name, [text, reason]] of Object.entries(altered)) {
  test(`a file with ${name} is refused, and no value is repeated`, async () => {
    assert.is.not(text, good)
    const failure = await rejects(open(text, keyring), reason)
    assert.not.match(failure.message + JSON.stringify(failure.facts), /hunter2|uno|dos|tres/)
  })
}

const tolerated: Record<string, string> = {
  'text after the last bracket of a value': good.replace(a, `${a} tail`),
  'a value in quotes': good.replace(a, `"${a}"`),
  'fractions of a second and +00:00': good.replace(/lastmodified: "(.*)Z"/, 'lastmodified: "$1.000+00:00"'),
  'unknown and empty fields in its metadata': good.replace('    lastmodified', '    kms: []\n    pgp: null\n    future: x\n    lastmodified'),
  'a newer version': good.replace(/version: .*/, 'version: 4.0.0'),
  'its metadata first': `${good.slice(good.indexOf('sops:'))}${good.slice(0, good.indexOf('sops:'))}`,
  'Windows line endings': good.replaceAll('\n', '\r\n'),
  'comments and blank lines put in': `# x\n\n${good.replace('other', '# y\n\nother')}`,
  'a null value removed': good.replace('  n: null\n', ''),
}

for (const [name, text] of Object.entries(tolerated)) {
  test(`a file with ${name} opens, as in SOPS`, async () => {
    assert.is.not(text, good)
    assert.is((await open(text, keyring)).metadata.selectors.encrypted_regex, '^(data|stringData)$')
  })
}

test('a file opens as objects whose encrypted values are Secrets and whose clear ones are typed', async () => {
  const [document] = clearDocuments(await open(await encryptNew('a: 1.5\nb: true\nc: 9223372036854775807\nd: 2024-01-02\ndata: {k: v, e: "", n: null}\n', recipients), keyring))
  assert.equal([document?.a, document?.b, document?.c, document?.d], [1.5, true, 9223372036854775807n, '2024-01-02T00:00:00Z'])
  const { k, e, n } = document?.data as Record<string, Secret | null>
  assert.equal([k?.reveal(), e?.reveal(), n], ['v', '', null])
})

test('a missing file is said with what there is', async () => {
  await rejects(readSecrets('/nonexistent', 'postgres'), /there is no secret file postgres/)
})

test.run()
