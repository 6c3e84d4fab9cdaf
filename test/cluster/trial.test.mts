import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as judge from '../../lib/engine/judge.mts'
import { ended, pod, podSpec, serving, trial } from '../../lib/cluster/trial.mts'
import { bench } from '../engine/stage.mts'
import { rejects } from '../rejects.mts'
import { cluster } from './cluster.mts'
import { fakeKube } from './fake.mts'
import type { Kube } from '../../lib/cluster/kube.mts'

const test = suite('trial')
const TRIAL = { namespace: 'runbooks-trial-1', nonce: 'abc', image: 'busybox' }
const nothing = async () => {}
const proof = (kube: Kube, disturb: () => Promise<void> = nothing) => trial(kube, { more: async () => ({ x: 1 }), disturb, after: async ({ x }) => x, want: () => 1 })

test('a trial has a namespace of its own under the strictest rules, and leaves nothing', async () => {
  const { kube, done, objects } = cluster(() => ({}))
  const { verdict } = await judge.drill(bench('apply'), 'K30', proof(kube), async () => [])
  assert.is(verdict, 'ok')
  assert.equal(done, ['apply Namespace runbooks-trial-X', 'apply ServiceAccount runbooks-trial-X/trial', 'remove Namespace runbooks-trial-X'])
  assert.is(objects.size, 0)
})

test('two trials never meet', async () => {
  const { before } = proof(cluster(() => ({})).kube)
  assert.is.not((await before()).namespace, (await before()).namespace)
})

test('it is removed after a failure, too', async () => {
  const { kube, done } = cluster(() => ({}))
  await rejects(judge.drill(bench('apply'), 'K30', proof(kube, async () => { throw new Error('no') }), async () => []))
  assert.is(done.at(-1), 'remove Namespace runbooks-trial-X')
})

test('what a killed run left behind is removed by its note alone', async () => {
  const { kube, done } = cluster(() => ({}))
  await proof(kube).restore?.(JSON.parse(JSON.stringify({ ...TRIAL, namespace: 'runbooks-trial-0123456789', x: 1 })))
  assert.equal(done, ['remove Namespace runbooks-trial-X'])
})

test('a pod runs the image that the node has for local-path\'s helper', async () => {
  assert.is((await proof(cluster(() => ({})).kube).before()).image, 'rancher/mirrored-library-busybox:1.37.0')
})

test('without that image there is no trial', async () => {
  const { kube } = fakeKube({ '/api/v1/namespaces/kube-system/configmaps/local-path-config': { data: {} } })
  assert.match((await rejects(proof(kube).before())).message, 'names no image')
})

test('a pod of a trial may do nothing, and ends by itself', () => {
  const spec = pod(TRIAL, TRIAL.namespace, { name: 'web', scripts: { web: 'true' } }).spec as Record<string, unknown>
  assert.equal(spec.securityContext, { runAsNonRoot: true, runAsUser: 65_534, runAsGroup: 65_534, seccompProfile: { type: 'RuntimeDefault' } })
  assert.equal([spec.automountServiceAccountToken, spec.activeDeadlineSeconds], [false, 600])
  const [container] = podSpec(TRIAL, { scripts: { web: 'true' } }).containers as { securityContext: unknown, resources: { limits: unknown } }[]
  assert.equal(container?.securityContext, { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } })
  assert.ok(container?.resources.limits)
})

test('a pod that fails is told with how it ended', async () => {
  const { kube } = cluster(() => ({ status: { phase: 'Failed', containerStatuses: [{ name: 'web', state: { terminated: { exitCode: 1, reason: 'Error' } } }] } }))
  await kube.apply(pod(TRIAL, TRIAL.namespace, { name: 'web', scripts: { web: 'false' } }))
  for (const wait of [ended, serving]) {
    const { message, facts } = await rejects(wait(kube, TRIAL.namespace, 'web'))
    assert.match(message, 'the pod web does not')
    assert.is(facts.found, 'Failed: exit 1 Error')
  }
})

test.run()
