import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { redactor } from '../../lib/secrets/redact.mts'
import { Secret } from '../../lib/secrets/secret.mts'
import { seeded } from './random-yaml.mts'

const test = suite('redact')
const value = `p"ä's/w+o<r>d$&%\\7`
const { text, stream } = redactor([new Secret(value)])
const base64 = (before: string): string => Buffer.from(`${before}${value}after`).toString('base64')

const spellings: Record<string, string> = {
  'as it is': value,
  JSON: JSON.stringify(value),
  'JSON in JSON': JSON.stringify(JSON.stringify({ value })),
  'JSON with escaped HTML': JSON.stringify(value).replace(/[<>&]/g, (found) => `\\u00${found.charCodeAt(0).toString(16)}`),
  'a URL': encodeURIComponent(value),
  'a form': new URLSearchParams({ value }).toString(),
  hex: Buffer.from(value).toString('hex'),
  'upper-case hex': Buffer.from(value).toString('hex').toUpperCase(),
  'single quotes of a shell': `'${value.replaceAll("'", `'\\''`)}'`,
  'double quotes of a shell': `"${value.replace(/["$`\\]/g, '\\$&')}"`,
  'base64 at its start': base64(''),
  'base64 one byte later': base64('a'),
  'base64 two bytes later': base64('ab'),
  base64url: Buffer.from(value).toString('base64url'),
  'wrapped base64': base64('header ').replace(/.{10}/g, '$&\n  '),
}

/** The longest part of the spelled value that is left in a text. */
const left = (shown: string): boolean => shown.includes('[redacted]') && shown.length < 64

for (const [name, spelled] of Object.entries(spellings)) {
  test(`a value in ${name} is not in the text`, () => {
    const shown = text(`before ${spelled}`)
    assert.ok(left(shown), shown)
    assert.not.match(shown, value)
  })
}

test('a stream cut anywhere shows what the whole text would show', () => {
  const whole = `one ${value} two ${base64('x')} three ${JSON.stringify(value)} four`
  for (let cut = 0; cut <= whole.length; cut++) {
    const { write, end } = stream()
    assert.is(write(whole.slice(0, cut)) + write(whole.slice(cut)) + end(), text(whole), `cut at ${cut}`)
  }
})

test('a stream of single bytes shows what the whole text would show', () => {
  const whole = `ä ${value} ö ${value}${value} ü`
  const { write, end } = stream()
  const shown = [...Buffer.from(whole)].map((byte) => write(Uint8Array.of(byte))).join('') + end()
  assert.is(shown, text(whole))
})

test('random cuts, overlapping values and repeats leave nothing', () => {
  const random = seeded(7)
  const values = ['abcdabcx', 'dabcxyz', 'xyzabcd']
  const some = redactor(values.map((one) => new Secret(one)))
  for (let round = 0; round < 200; round++) {
    const whole = Array.from({ length: 30 }, () => 'abcdxyz '.charAt(Math.floor(random() * 8))).join('') + values[round % 3] + 'abc'
    const { write, end } = some.stream()
    let shown = ''
    for (let at = 0; at < whole.length; ) {
      const next = at + 1 + Math.floor(random() * 5)
      shown += write(whole.slice(at, next))
      at = next
    }
    shown += end()
    for (const one of values) assert.not.ok(shown.includes(one), `${one} in ${shown}`)
    assert.is(shown, some.text(whole))
  }
})

test('text without a secret is shown at once and unchanged', () => {
  const { write } = stream()
  assert.is(write('nothing here\n'), 'nothing here\n')
})

test('two secrets that overlap are both gone', () => {
  const both = redactor([new Secret('first-half'), new Secret('half-second')])
  assert.is(both.text('see first-half-second.'), 'see [redacted].')
})

test.run()
