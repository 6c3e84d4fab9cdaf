import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { asFailure, badInput, exitCode, explain, Failure, reasons, unverified } from '../../lib/engine/failure.mts'

const test = suite('failure')
const debug = process.env.DEBUG

test.before(() => { delete process.env.DEBUG })
test.after(() => { if (debug !== undefined) process.env.DEBUG = debug })

test('each way of failing has its exit code', () => {
  const codes = (['claim', 'unverified', 'lost', 'input', 'locked', 'interrupted'] as const).map(kind => exitCode(new Failure('x', {}, kind)))
  assert.equal(codes, [1, 1, 1, 2, 75, 130])
  assert.equal([exitCode(unverified('x')), exitCode(badInput('x'))], [1, 2])
})

test('it is told as a sentence under its prefix, and one fact per line', () => {
  const failure = new Failure('the port is closed', { expected: 'open', found: { port: 22 }, command: 'nc -z', waited: '3 m', next: 'docs/01-baseline.md#b28' })
  assert.equal(explain('01-baseline', failure), [
    '01-baseline: the port is closed', '  expected open', '  found    {"port":22}', '  command  nc -z', '  waited   3 m', '  next     docs/01-baseline.md#b28',
  ])
})

test('a fact that is not known has no line', () => {
  assert.equal(reasons(new Failure('x', { found: undefined, next: 'y' })), ['x', 'next     y'])
})

test('what is no failure yet becomes one, with its cause kept', () => {
  const cause = new TypeError('odd')
  const failure = asFailure(cause)
  assert.equal([failure.message, failure.kind, failure.cause], ['odd', 'claim', cause])
  assert.is(asFailure('just words').message, 'just words')
})

test('a failure stays the one it is', () => {
  const failure = badInput('x')
  assert.is(asFailure(failure), failure)
})

test('the stack is shown with DEBUG alone, and it is the cause\'s', () => {
  const failure = asFailure(new TypeError('odd'))
  assert.equal(reasons(failure), ['odd'])
  process.env.DEBUG = '1'
  assert.match(reasons(failure).join('\n'), 'TypeError: odd')
  delete process.env.DEBUG
})

test.run()
