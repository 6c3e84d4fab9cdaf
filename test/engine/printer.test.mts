import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { claimLines, counts, passes, tallyLine } from '../../lib/engine/printer.mts'
import type { Outcome, Verdict } from '../../lib/engine/claim.mts'

const test = suite('printer')
const start = '2026-01-01T00:00:00.000Z'

function outcome(verdict: Verdict, more: Partial<Outcome> = {}): Outcome {
  return { id: 'B6', claim: 'sshd accepts keys only', verdict, start, ms: 1234, ...more }
}

test('a claim is one line: ID, verdict, sentence, found, seconds', () => {
  assert.equal(claimLines(outcome('ok', { found: ['publickey'] }), 160), ['B6   ok         sshd accepts keys only  ["publickey"]  1.2 s'])
})

test('why it is no pass stands below it', () => {
  assert.equal(claimLines(outcome('failed', { found: 'yes', why: ['- yes', '+ no'] }), 160).slice(1), ['     - yes', '     + no'])
})

test('a line is never wider than the terminal because of what was found', () => {
  const found = 'x'.repeat(500)
  for (const width of [60, 80, 120]) {
    const [line = ''] = claimLines(outcome('ok', { found }), width)
    assert.ok(line.length <= width, `${line.length} of ${width}`)
    assert.match(line, '1.2 s')
  }
})

test('a reading of nothing is no text', () => {
  assert.equal(claimLines(outcome('due'), 160), ['B6   due        sshd accepts keys only  1.2 s'])
})

test('a waived claim says so', () => {
  assert.match(claimLines(outcome('unverified', { waived: true }), 160)[0] ?? '', /^B6 {3}waived /)
})

test('a run passes when every claim holds, was planned, is due or is waived', () => {
  assert.ok(passes([outcome('ok'), outcome('changed'), outcome('planned'), outcome('due'), outcome('unverified', { waived: true })]))
})

for (const verdict of ['failed', 'blocked', 'unverified'] as const) {
  test(`a run with one claim ${verdict} does not pass`, () => assert.not.ok(passes([outcome('ok'), outcome(verdict)])))
}

test('a waived claim is counted as that and nothing else', () => {
  const told = counts([outcome('ok'), outcome('unverified', { waived: true })])
  assert.equal([told.ok, told.unverified, told.waived], [1, 0, 1])
})

test('the last line always says how many changed and how many failed', () => {
  assert.is(tallyLine('01-baseline', [outcome('ok')], 2500), '01-baseline: 1 claims: 1 ok, 0 changed, 0 failed; 2.5 s')
})

test.run()
