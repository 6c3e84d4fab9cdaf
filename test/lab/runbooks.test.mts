import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { verdict } from './runbooks.mts'

const verdicts = suite('lab verdict')

verdicts('GO needs every runbook to hold', () => {
  const { lines, code } = verdict([{ stem: '00-prepare', code: 0, ms: 400 }, { stem: '01-baseline', code: 0, ms: 61_000 }], 2)
  assert.is(code, 0)
  assert.equal(lines.slice(-2), ['2 of 2 runbooks hold, 1 m 1 s', 'GO'])
})

verdicts('a runbook that failed, or was never reached, is NO-GO', () => {
  assert.is(verdict([{ stem: '00-prepare', code: 75, ms: 400 }], 2).code, 75)
  assert.is(verdict([{ stem: '00-prepare', code: 0, ms: 400 }], 2).code, 1)
})

verdicts('no runbook at all is NO-GO', () => {
  assert.is(verdict([], 0).code, 1)
})

verdicts.run()
