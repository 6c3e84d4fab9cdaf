import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Failure, unverified } from '../../lib/engine/failure.mts'
import * as judge from '../../lib/engine/judge.mts'
import { atLeast } from '../../lib/engine/want.mts'
import { rejects } from '../rejects.mts'
import { bench, stage, thing } from './stage.mts'

const test = suite('judge')

test('what holds already is ok, and nothing is done', async () => {
  const state = thing('no', 'no')
  const { verdict, found } = await judge.ensure(bench('apply'), state)
  assert.equal([verdict, found, state.acts()], ['ok', 'no', 0])
})

test('what differs is acted on once, and the second reading makes it changed', async () => {
  const state = thing('yes', 'no')
  const { verdict, found } = await judge.ensure(bench('apply'), state)
  assert.equal([verdict, found, state.acts()], ['changed', 'no', 1])
})

test('an act that does nothing is a failure', async () => {
  const state = thing('yes', 'no', { sticks: false })
  const { verdict, found, why } = await judge.ensure(bench('apply'), state)
  assert.equal([verdict, found, state.acts()], ['failed', 'yes', 1])
  assert.equal(why, ['the act ran, and its effect is not there', '- yes', '+ no'])
})

test('an act that throws is not tried again', async () => {
  const state = { ...thing('yes', 'no'), act: async () => { throw new Error('disk full') } }
  assert.is((await rejects(judge.ensure(bench('apply'), state))).message, 'disk full')
})

test('the second reading is a fresh one', async () => {
  const { host, said } = stage()
  await judge.ensure(bench('apply', host), thing('yes', 'no'))
  assert.equal(said, ['forget'])
})

test('a plan shows the difference and does not act', async () => {
  const state = thing('yes', 'no')
  const { verdict, why } = await judge.ensure(bench('plan'), state)
  assert.equal([verdict, why, state.acts()], ['planned', ['- yes', '+ no'], 0])
})

test('a verification fails on a difference and does not act', async () => {
  const state = thing('yes', 'no')
  const { verdict } = await judge.ensure(bench('verify'), state)
  assert.equal([verdict, state.acts()], ['failed', 0])
})

test('a reader that throws is a failure of the claim, in every mode, and nothing is done', async () => {
  for (const mode of ['apply', 'plan', 'verify'] as const) {
    const state = { ...thing('yes', 'no'), read: async () => { throw new Error('no such command') } }
    assert.is((await rejects(judge.ensure(bench(mode), state))).message, 'no such command')
    assert.is(state.acts(), 0)
  }
})

test('what cannot be told yet is for the act to change', async () => {
  let known = false
  const state = { read: async () => { if (known) return 'new'; throw unverified('stale lists') }, want: 'new', act: async () => { known = true } }
  assert.is((await judge.ensure(bench('plan'), state)).verdict, 'planned')
  assert.is((await rejects(judge.ensure(bench('verify'), state))).kind, 'unverified')
  assert.is((await judge.ensure(bench('apply'), state)).verdict, 'changed')
})

test('an act that could cut the operator off is done under its revert', async () => {
  const { host, said } = stage()
  const state = { ...thing('yes', 'no'), revert: { paths: ['/etc/x'], reload: 'true' } }
  await judge.ensure(bench('apply', host), state)
  assert.equal(said, ['arm', 'disarm', 'forget'])
})

test('what is wanted is shown in words and what was found as it is', async () => {
  const { verdict, want, found, why } = await judge.check(bench('apply'), async () => 3, atLeast(10))
  assert.equal([verdict, want, found, why], ['failed', 'at least 10', 3, ['- 3', '+ at least 10']])
})

test('within a deadline it is read again, freshly, until it holds', async () => {
  const { host, said } = stage()
  const heard: string[] = []
  let reads = 0
  const finding = await judge.check({ ...bench('apply', host), waiting: text => heard.push(text) }, async () => ++reads, 2, '5s')
  assert.equal([finding.verdict, reads, said], ['ok', 2, ['forget']])
  assert.match(heard[0] ?? '', 'of 5s: 1')
})

test('after the deadline the last reading and the wait are told', async () => {
  const { verdict, found, why } = await judge.check(bench('apply'), async () => 'starting', 'ready', '10ms')
  assert.equal([verdict, found, why], ['failed', 'starting', ['- starting', '+ ready', 'waited   10ms']])
})

test('within a deadline a reading that fails is tried again, and the last failure is told', async () => {
  let reads = 0
  const starting = async () => {
    reads += 1
    if (reads === 1) throw new Failure('the API server does not answer')
    return 'ready'
  }
  assert.is((await judge.check(bench('apply'), starting, 'ready', '5s')).verdict, 'ok')
  const never = async (): Promise<string> => { throw new Failure('the API server does not answer') }
  assert.is((await rejects(judge.check(bench('apply'), never, 'ready', '10ms'))).message, 'the API server does not answer')
})

test('a mistake of ours is not waited for', async () => {
  let reads = 0
  await rejects(judge.check(bench('apply'), async (): Promise<string> => { reads += 1; throw new TypeError('undefined is not a function') }, 'ready', '1m'))
  assert.is(reads, 1)
})

test('a verification and a plan tell what is true now and wait for nothing', async () => {
  for (const mode of ['verify', 'plan'] as const) {
    let reads = 0
    const { verdict, why } = await judge.check(bench(mode), async () => ++reads, 0, '1m')
    assert.equal([verdict, reads, why], ['failed', 1, ['- 1', '+ 0']])
  }
})

test('a link that is lost is not taken for a reading', async () => {
  const failure = await rejects(judge.check(bench('apply'), async (): Promise<boolean> => { throw new Failure('gone', {}, 'lost') }, true, '1m'))
  assert.is(failure.kind, 'lost')
})

test.run()
