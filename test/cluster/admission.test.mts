import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { privilegedPod, refused } from '../../lib/cluster/admission.mts'
import { holds } from '../../lib/engine/want.mts'
import type { Kube } from '../../lib/cluster/kube.mts'

const test = suite('admission')

const SAYS = 'pods "runbooks-privileged" is forbidden: violates PodSecurity "baseline:latest": privileged (container "all" must not set securityContext.privileged=true)'

function cluster(says: string, ...labelled: [name: string, level?: string][]): Kube {
  const namespaces = labelled.map(([name, level]) => ({ metadata: { name, labels: level ? { 'pod-security.kubernetes.io/enforce': level } : {} } }))
  return { list: async () => namespaces, rehearse: async () => says } as unknown as Kube
}

test('a privileged pod that is refused for its privileges is what is wanted', async () => {
  const found = await privilegedPod(cluster(SAYS, ['default'], ['kube-system'], ['shop', 'restricted'], ['web', 'baseline']))()
  assert.equal([found, holds(refused(), found)], [{ inDefault: SAYS, lenient: [] }, true])
})

test('one that is taken, or refused for something else, is not', async () => {
  for (const says of ['taken', 'pods "runbooks-privileged" already exists']) assert.is(holds(refused(), await privilegedPod(cluster(says, ['default']))()), false, says)
})

test('a namespace that takes more than the baseline is red unless it is declared; the system\'s own is exempt', async () => {
  const found = await privilegedPod(cluster(SAYS, ['kube-system', 'privileged'], ['shop', 'privileged'], ['monitoring', 'privileged']))()
  assert.equal(found.lenient, ['monitoring', 'shop'])
  assert.equal([holds(refused(), found), holds(refused('shop', 'monitoring'), found)], [false, true])
})

test.run()
