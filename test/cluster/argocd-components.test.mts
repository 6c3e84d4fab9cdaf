import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { asPinned, components, trouble, type Workload } from '../../lib/cluster/argocd-components.mts'
import { holds } from '../../lib/engine/want.mts'
import { pinned } from '../../lib/host/versions.mts'
import { fakeKube } from './fake.mts'
import { somePod } from './some.mts'
import type { ArgoApi } from '../../lib/cluster/argocd-api.mts'
import type { Pod } from '../../lib/cluster/pod.mts'

const test = suite('argocd components')
const VERSION = pinned('/nowhere', 'argocd')
const IMAGE = `quay.io/argoproj/argocd:${VERSION}`
const SERVER = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace: 'argocd', name: 'argocd-server' }, spec: { replicas: 1, template: { spec: { containers: [{ image: IMAGE }] } } } } satisfies Workload
const live = (status = { observedGeneration: 1, updatedReplicas: 1, availableReplicas: 1 }, spec: Workload['spec'] = SERVER.spec): Workload => ({ ...SERVER, metadata: { ...SERVER.metadata, generation: 1 }, spec, status })

function pod(image = IMAGE, more: Partial<Pod> = {}): Pod {
  const metadata = { namespace: 'argocd', name: 'argocd-server-abc-1', labels: { 'pod-template-hash': 'abc' }, ownerReferences: [{ kind: 'ReplicaSet', name: 'argocd-server-abc' }] }
  return somePod({ metadata, spec: { containers: [{ name: 'server', image }] }, ...more } as Partial<Pod>)
}

const api = (version = `${VERSION}+abcdef`) => ({ version: async () => version }) as unknown as ArgoApi

async function read(there: Workload | undefined, pods: Pod[], version?: string): Promise<{ ok: boolean, unavailable: readonly string[] }> {
  const { kube } = fakeKube({ 'Deployment argocd/argocd-server': there, '/api/v1/namespaces/argocd/pods': pods })
  const found = await components(kube, api(version), async () => [SERVER])()
  return { ok: holds(asPinned('/nowhere'), found), unavailable: found.unavailable }
}

test('every replica from the manifest\'s image, and the version that is pinned', async () => {
  assert.equal(await read(live(), [pod()]), { ok: true, unavailable: [] })
})

test('a server of another version is red', async () => {
  assert.equal((await read(live(), [pod()], 'v3.5.2')).ok, false)
})

test('one that is absent, scaled to nothing or not up yet is told', async () => {
  assert.equal(trouble(SERVER, undefined, []), 'Deployment argocd/argocd-server absent')
  assert.equal(trouble(SERVER, live({ observedGeneration: 1, updatedReplicas: 0, availableReplicas: 0 }, { ...SERVER.spec, replicas: 0 }), []), 'Deployment argocd/argocd-server 0 of 0')
  const waiting = pod(IMAGE, { status: { phase: 'Pending', containerStatuses: [{ name: 'server', state: { waiting: { reason: 'ErrImagePull' } } }] } })
  assert.equal(trouble(SERVER, live({ observedGeneration: 1, updatedReplicas: 1, availableReplicas: 0 }), [waiting]), 'Deployment argocd/argocd-server 0 of 1; Pending: ErrImagePull')
})

test('a pod that runs another image is told, whatever its Deployment says', () => {
  assert.equal(trouble(SERVER, live(), [pod('evil/argocd:1')]), 'Deployment argocd/argocd-server 1 of 1; runs evil/argocd:1')
})

test('a status that is older than the last change does not count', () => {
  assert.match(trouble(SERVER, live({ observedGeneration: 0, updatedReplicas: 1, availableReplicas: 1 }), [pod()]), '1 of 1')
})

test.run()
