import { format, inspect } from 'node:util'
import { serialize } from 'node:v8'
import { stringify } from 'yaml'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Secret } from '../../lib/secrets/secret.mts'

const test = suite('secret')
const value = 'correct-horse-battery'
const secret = new Secret(value)

const routes: Record<string, () => string> = {
  'a template string': () => `${secret}`,
  'string addition': () => 'x' + secret,
  'String()': () => String(secret),
  toLocaleString: () => secret.toLocaleString(),
  JSON: () => JSON.stringify({ deep: [secret] }),
  'JSON as a key': () => JSON.stringify({ [String(secret)]: 1 }),
  YAML: () => stringify({ secret }),
  inspect: () => inspect({ secret }),
  'inspect with everything shown': () => inspect({ secret }, { depth: null, showHidden: true, getters: true }),
  'inspect without the custom one': () => inspect(secret, { customInspect: false, showHidden: true, depth: null }),
  'format %s': () => format('%s', secret),
  'format %o': () => format('%o %O %j', secret, secret, secret),
  'an error message': () => String(new Error(`failed with ${secret}`).stack),
  'an error cause': () => inspect(new Error('failed', { cause: { secret } }), { depth: null }),
  'structuredClone': () => inspect(structuredClone({ secret }), { depth: null }),
  'v8.serialize': () => serialize({ ...secret }).toString('latin1'),
  'its own keys': () => [...Reflect.ownKeys(secret), ...Object.values(secret), ...Object.entries(secret)].join(),
  spreading: () => JSON.stringify({ ...secret }),
  'a join': () => [secret, secret].join(),
}

for (const [route, print] of Object.entries(routes)) {
  test(`${route} does not show the value`, () => assert.not.match(print(), value))
}

test('what is printed says that something was left out', () => {
  assert.is(`${secret}`, '[redacted]')
  assert.is(inspect([secret]), '[ [redacted] ]')
  assert.is(JSON.stringify({ secret }), '{"secret":"[redacted]"}')
})

test('reveal gives the value', () => assert.is(secret.reveal(), value))

test('nothing can be written onto a secret', () => {
  assert.throws(() => Object.assign(secret, { value }), /extensible/)
})

test.run()
