import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { asFailure } from '../../lib/engine/failure.mts'
import { interrupting, SIGNALS } from '../../lib/engine/interruption.mts'

const test = suite('interruption')

for (const signal of SIGNALS) {
  test(`${signal} aborts what waits, as an interruption`, () => {
    const abort = new AbortController()
    const letGo = interrupting(abort)
    process.emit(signal)
    letGo()
    assert.is(asFailure(abort.signal.reason).kind, 'interrupted')
  })
}

test('what is let go of hears nothing any more', () => {
  const abort = new AbortController()
  const before = process.listenerCount('SIGINT')
  interrupting(abort)()
  assert.equal([process.listenerCount('SIGINT'), abort.signal.aborted], [before, false])
})

test.run()
