import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as judge from '../../lib/engine/judge.mts'
import { policies } from '../../lib/cluster/policies.mts'
import { answering } from '../host/answering.mts'
import { bench } from '../engine/stage.mts'
import { rejects } from '../rejects.mts'
import { cluster, type Cluster } from './cluster.mts'
import { somePod } from './some.mts'
import type { Place } from '../../lib/cluster/exec.mts'

const test = suite('policies')
type Rule = (place: Place, policies: readonly string[]) => boolean

/** What becomes of the drill where a pod passes by this rule, which knows the policies that are there. */
function run(passes: Rule, chains = '12') {
  const world: Cluster = cluster(() => ({ status: { ...somePod().status, podIP: '10.42.0.9' } }), async place => {
    const names = [...world.objects.values()].filter(({ kind }) => kind === 'NetworkPolicy').map(({ metadata }) => metadata.name)
    return passes(place, names) ? 'passes\n' : 'is stopped\n'
  })
  const drill = policies(answering(chains).host, world.kube, '100ms')
  return { drill, result: judge.drill(bench('apply'), 'K32', drill, async () => []), done: world.done }
}

const enforced: Rule = ({ pod, namespace }, names) => names.length === 0 || (names.includes('friends') && pod === 'friend' && !namespace.endsWith('-other'))

test('open without a policy, closed by default-deny, open for a friend, and for nobody elsewhere', async () => {
  const { result, done } = run(enforced)
  const { verdict, found } = await result
  assert.is(verdict, 'ok')
  assert.equal((found as { after: unknown }).after, { withoutPolicies: 'passes', withDefaultDeny: 'is stopped', allowed: 'passes', notAllowed: 'is stopped', otherNamespace: 'is stopped' })
  assert.equal(done.slice(-2), ['remove Namespace runbooks-trial-X-other', 'remove Namespace runbooks-trial-X'])
})

test('policies that nobody enforces are red, and so are those that only deny or know no namespaces', async () => {
  const red = async (rule: Rule) => (await run(rule).result).why?.filter(line => line.startsWith('-'))
  assert.equal(await red(() => true), ['- withDefaultDeny  passes', '- notAllowed  passes', '- otherNamespace  passes'])
  assert.equal(await red((_place, names) => names.length === 0), ['- allowed  is stopped'])
  assert.equal(await red(({ pod }, names) => names.length === 0 || (names.includes('friends') && pod !== 'stranger')), ['- otherNamespace  passes'])
})

test('pods that do not reach each other without a policy prove nothing', async () => {
  assert.match((await rejects(run(() => false).result)).message, 'the friend does not reach a pod that no policy protects')
})

test('where nobody enforces them it is unverified, and nothing is put up', async () => {
  const { drill, result, done } = run(enforced, '0')
  assert.is((await rejects(drill.before())).kind, 'unverified')
  await rejects(result)
  assert.equal(done, [])
})

test.run()
