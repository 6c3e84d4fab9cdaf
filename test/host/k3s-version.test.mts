import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { installedVersion, parseVersion, possible, stepBetween } from '../../lib/host/k3s-version.mts'
import { answering } from './answering.mts'

const test = suite('k3s-version')

test('a version has four numbers, and nothing else is one', () => {
  assert.equal(parseVersion('v1.36.5+k3s1'), [1, 36, 5, 1])
  for (const text of ['1.36.5+k3s1', 'v1.36.5', 'v1.36.5-rc1+k3s1', 'latest']) assert.throws(() => parseVersion(text), /is not a version of K3s/)
})

for (const [from, to, says, allowed] of [
  ['v1.36.5+k3s1', 'v1.36.5+k3s1', 'none: v1.36.5+k3s1 is installed', true],
  ['v1.36.5+k3s1', 'v1.36.10+k3s1', 'patch: v1.36.5+k3s1 to v1.36.10+k3s1; restarts K3s, and the pods go on', true],
  ['v1.36.5+k3s1', 'v1.36.5+k3s2', 'patch: v1.36.5+k3s1 to v1.36.5+k3s2; restarts K3s, and the pods go on', true],
  ['v1.36.5+k3s1', 'v1.37.1+k3s1', 'next minor: v1.36.5+k3s1 to v1.37.1+k3s1; restarts K3s, and the pods go on', true],
  ['v1.35.8+k3s1', 'v1.37.1+k3s1', 'skips a minor: v1.35.8+k3s1 to v1.37.1+k3s1', false],
  ['v1.36.5+k3s1', 'v2.0.0+k3s1', 'skips a minor: v1.36.5+k3s1 to v2.0.0+k3s1', false],
  ['v1.37.1+k3s1', 'v1.36.9+k3s1', 'down: v1.37.1+k3s1 to v1.36.9+k3s1', false],
  ['v1.36.10+k3s1', 'v1.36.9+k3s1', 'down: v1.36.10+k3s1 to v1.36.9+k3s1', false],
  ['v1.36.5+k3s2', 'v1.36.5+k3s1', 'down: v1.36.5+k3s2 to v1.36.5+k3s1', false],
] as const) {
  test(`from ${from} to ${to} ${allowed ? 'goes' : 'is refused'}`, () => {
    assert.equal([stepBetween(from, to), possible.matches(stepBetween(from, to))], [says, allowed])
  })
}

test('a host without a binary has no version', async () => {
  assert.is(await installedVersion(answering('').host), undefined)
  assert.is(await installedVersion(answering('k3s version v1.36.5+k3s1 (0a1b2c3d)\ngo version go1.26.2').host), 'v1.36.5+k3s1')
})

test.run()
