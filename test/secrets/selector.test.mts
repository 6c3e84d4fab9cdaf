import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { goRegex } from '../../lib/secrets/go-regex.mts'
import { selector } from '../../lib/secrets/selector.mts'

const test = suite('selector')

test('without a selector everything is encrypted but what ends in _unencrypted', () => {
  const selects = selector({})
  assert.ok(selects(['a', 'b'], [], false))
  assert.not.ok(selects(['a_unencrypted', 'b'], [], false))
})

test('a hit on any key of the path decides for the whole subtree', () => {
  assert.ok(selector({ encrypted_regex: '^(data|stringData)$' })(['metadata', 'labels', 'data', 'x'], [], false))
  assert.not.ok(selector({ encrypted_regex: '^(data|stringData)$' })(['metadata', 'dataset'], [], false))
  assert.not.ok(selector({ unencrypted_regex: '^kind$' })(['kind', 'x'], [], false))
  assert.ok(selector({ encrypted_suffix: '_secret' })(['a_secret', 'x'], [], false))
})

test('a comment decides for what is below it, and the deciding comment stays clear', () => {
  const encrypts = selector({ encrypted_comment_regex: 'secret' })
  assert.ok(encrypts(['a'], [[' secret'], []], false))
  assert.not.ok(encrypts([], [[' secret']], true))
  assert.ok(encrypts([], [[' secret', ' more']], true))
  assert.not.ok(selector({ unencrypted_comment_regex: 'clear' })(['a'], [[' clear'], []], false))
})

test('two selectors at once are refused', () => {
  assert.throws(() => selector({ encrypted_regex: 'a', encrypted_suffix: 'b' }), /more than one/)
})

test('a regex that Go refuses never matches, as in SOPS', () => {
  assert.not.ok(selector({ encrypted_regex: '(data' })(['data'], [], false))
  assert.not.ok(selector({ encrypted_regex: '^(?=data)' })(['data'], [], false))
})

const dialect: [string, string, boolean][] = [
  ['(?i)^DATA$', 'data', true], ['(?P<name>d)ata', 'data', true], ['\\Adata\\z', 'data', true], ['\\Adata\\z', 'data2', false], ['^[[:alpha:]]+$', 'data', true], ['^[[:alpha:]]+$', 'd4ta', false],
  ['^[^[:digit:]]+$', 'data', true], ['a{', 'a{', true], ['^\\pL+$', 'dätä', true], ['^.$', '𝒳', true], ['^a\\-b$', 'a-b', true], ['\\x{263a}', '☺', true], ['a]', 'a]', true], ['[a\\]]{2}', 'a]', true],
]
for (const [pattern, text, expected] of dialect) test(`${pattern} ${expected ? 'matches' : 'does not match'} ${text}`, () => assert.is(goRegex(pattern)?.(text), expected))

test('a regex without a JavaScript spelling is refused and not guessed', () => {
  assert.throws(() => goRegex('a(?i)b'), /cannot translate/)
  assert.throws(() => goRegex('\\Qa.b\\E'), /cannot translate/)
})

test.run()
