import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { longestSilence, seconds } from '../../lib/cluster/reconciliation.mts'
import type { Manifest } from '../../lib/cluster/manifest.mts'

const test = suite('reconciliation')
const settings = (data: Record<string, string>): Manifest[] => [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'argocd-cm' }, data }]

test('durations are read as Go writes them', () => {
  assert.equal(['60s', '3m', '1h30m', '1.5s', '0s', '500ms'].map(seconds), [60, 180, 5400, 1.5, 0, 0.5])
})

test('three rounds may pass, by the settings that Git has', () => {
  assert.is(longestSilence(settings({ 'timeout.reconciliation': '60s', 'timeout.reconciliation.jitter': '10s' })), 210)
})

test('without settings it is Argo CD\'s own, and never less than three minutes', () => {
  assert.equal([longestSilence([]), longestSilence(settings({ 'timeout.reconciliation': '0s', 'timeout.reconciliation.jitter': '0s' }))], [540, 180])
})

test.run()
