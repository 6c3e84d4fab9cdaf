import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { decryptedValue, plainValue, taggedValue, type Value } from '../../lib/secrets/value.mts'

const test = suite('value')
const shown = ({ kind, bytes }: Value): string => `${kind} ${bytes.toString('utf8')}`.trim()

const plain: Record<string, string> = {
  hello: 'str hello', yes: 'str yes', on: 'str on', '': 'null', '~': 'null', Null: 'null', TRUE: 'bool True', False: 'bool False', tRUE: 'str tRUE',
  '42': 'int 42', '+5': 'int 5', '-0': 'int 0', '0xff': 'int 255', '0o17': 'int 15', '017': 'int 15', '0b101': 'int 5', '1_000': 'int 1000', '0x_ff': 'int 255', '0b12': 'str 0b12', '0o8': 'str 0o8',
  '08': 'float 8', '9223372036854775807': 'int 9223372036854775807', '-9223372036854775808': 'int -9223372036854775808', '-9223372036854775809': 'float -9223372036854775808'.replace('5808', '6000'),
  '123456789012345678901234567890': 'float 123456789012345680000000000000', '1.0': 'float 1', '5.': 'float 5', '.5': 'float 0.5', '1e3': 'float 1000', '1.5e-7': 'float 0.00000015', '1e+21': 'float 1000000000000000000000',
  '-0.0': 'float -0', '1e400': 'str 1e400', '4.9e-324': `float 0.${'0'.repeat(323)}5`, '.inf': 'float +Inf', '-.INF': 'float -Inf', '.nan': 'float NaN', '.x': 'str .x', '1.2.3': 'str 1.2.3', '1:30': 'str 1:30',
  '2024-01-02': 'time 2024-01-02T00:00:00Z', '2024-1-2': 'time 2024-01-02T00:00:00Z', '2024-02-30': 'str 2024-02-30', '2000-02-29': 'time 2000-02-29T00:00:00Z', '1900-02-29': 'str 1900-02-29',
  '2024-01-02T03:04:05.120+02:00': 'time 2024-01-02T03:04:05.12+02:00', '2024-01-02 03:04:05': 'time 2024-01-02T03:04:05Z', '2024-01-02T03:04:05': 'str 2024-01-02T03:04:05', '2024-01-02T03:04:05+0200': 'str 2024-01-02T03:04:05+0200',
  '2024-01-02 03:04:05 +02:00': 'str 2024-01-02 03:04:05 +02:00', '2024-01-02T03:04:05+00:00': 'time 2024-01-02T03:04:05Z', '2024-01-02T03:04:05.123456789123Z': 'time 2024-01-02T03:04:05.123456789Z', '2024-01-02T24:00:00Z': 'str 2024-01-02T24:00:00Z',
}

for (const [text, expected] of Object.entries(plain)) test(`plain ${JSON.stringify(text)} is ${expected.slice(0, 40)}`, () => assert.is(shown(plainValue(text)), expected))

const tagged: [string, string, string][] = [
  ['str', '123', 'str 123'], ['int', '7', 'int 7'], ['float', '3', 'float 3'], ['bool', 'true', 'bool True'], ['timestamp', '2024-01-02', 'time 2024-01-02T00:00:00Z'], ['binary', 'aGVsbG8=', 'str hello'], ['null', '', 'null'],
]
for (const [tag, text, expected] of tagged) test(`!!${tag} ${text} is ${expected}`, () => assert.is(shown(taggedValue(tag, text)), expected))

test('a tag the text does not fit is refused, and the text is not repeated', () => {
  for (const [tag, text] of [['int', 'hunter2'], ['bool', 'yes'], ['binary', 'no base64'], ['null', 'x']] as const) {
    assert.throws(() => taggedValue(tag, text), (thrown: Error) => !thrown.message.includes(text) && /!!/.test(thrown.message))
  }
})

test('an integer from 2^63 to 2^64-1 is refused as SOPS refuses it', () => {
  assert.throws(() => plainValue('9223372036854775808'), /unknown type: uint64/)
  assert.throws(() => plainValue('18446744073709551615'), /unknown type: uint64/)
  assert.is(plainValue('18446744073709551616').kind, 'float')
})

test('decrypted bytes become canonical, and an unknown word is refused', () => {
  const words: [string, string, string][] = [['int', '+7', 'int 7'], ['float', '1.50', 'float 1.5'], ['bool', 't', 'bool True'], ['bool', '0', 'bool False'], ['time', '2024-01-02T00:00:00.000Z', 'time 2024-01-02T00:00:00Z']]
  for (const [word, text, expected] of words) assert.is(shown(decryptedValue(word, Buffer.from(text))), expected)
  assert.throws(() => decryptedValue('date', Buffer.from('x')), /unknown datatype: date/)
  assert.throws(() => decryptedValue('int', Buffer.from('x')), /no int/)
})

test.run()
