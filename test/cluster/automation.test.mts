import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { holds } from '../../lib/engine/want.mts'
import { allAlone, automation, parseAutomation } from '../../lib/cluster/automation.mts'
import { application } from './application.mts'
import { fakeKube } from './fake.mts'

const test = suite('automation')
const automated = (automated: object | undefined) => application('web', { spec: { syncPolicy: (automated ? { automated } : {}) as object } })

test('one that syncs, prunes and heals does it alone, whatever its namespace', async () => {
  const live = [application('web'), application('root'), application('web', { metadata: { namespace: 'shop' } })]
  const found = await automation(fakeKube({ '/apis/argoproj.io/v1alpha1/applications': live }).kube)()
  assert.equal(found, { alone: ['root', 'shop/web', 'web'], byHand: [] })
  assert.ok(holds(allAlone, found))
})

for (const [what, one, expected] of [
  ['without automated', automated(undefined), 'web does not sync, does not prune, does not heal'],
  ['switched off', automated({ enabled: false, prune: true, selfHeal: true }), 'web does not sync, does not prune, does not heal'],
  ['without pruning', automated({ selfHeal: true }), 'web does not prune'],
  ['without healing', automated({ prune: true, selfHeal: false }), 'web does not heal'],
  ['that is paused', application('web', { metadata: { annotations: { 'argocd.argoproj.io/skip-reconcile': 'true' } } }), 'web is paused by skip-reconcile'],
] as const) {
  test(`one ${what} is red`, () => {
    const found = parseAutomation([one])
    assert.equal(found.byHand, [expected])
    assert.not.ok(holds(allAlone, found))
  })
}

test('nothing at all is red', () => assert.not.ok(holds(allAlone, parseAutomation([]))))

test.run()
