import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { holds } from '../../lib/engine/want.mts'
import { commitsOf, everyOne, synced } from '../../lib/cluster/applications.mts'
import { application, declaredApplication, HEAD, OLD, URL } from './application.mts'
import { fakeKube } from './fake.mts'
import { somePod } from './some.mts'
import type { Declared } from '../../lib/cluster/gitops.mts'
import type { Repository } from '../../lib/host/ssh-git.mts'

const test = suite('applications')
const NAMES = ['root', 'canary', 'web']
const gitops = async () => ({ head: HEAD, applications: NAMES.map(name => declaredApplication(name)), settings: [] }) as unknown as Declared
const repository = (heads: Record<string, string>) => ({ url: URL, heads: async () => heads }) as unknown as Repository

function read(live: unknown[], heads: Record<string, string> = { main: HEAD, drill: HEAD }, pods: unknown[] = []) {
  const { kube } = fakeKube({ '/apis/argoproj.io/v1alpha1/applications': live, '/api/v1/pods': pods, '/apis/apps/v1/deployments': [] })
  return synced(kube, gitops, repository(heads))()
}

test('each one is told by its name, with the commit that it is at', async () => {
  const found = await read(NAMES.map(name => application(name)))
  assert.equal(found, { well: { root: '1a2b3c4 of main', canary: '1a2b3c4 of drill', web: '1a2b3c4 of main' }, unwell: [] })
  assert.ok(holds(everyOne, found))
})

test('one that is in Git alone is red', async () => {
  const found = await read([application('root'), application('canary')])
  assert.equal(found.unwell, ['web: it is in Git, and not in the cluster'])
  assert.not.ok(holds(everyOne, found))
})

test('one of that name in another namespace is not it', async () => {
  const elsewhere = application('web', { metadata: { namespace: 'shop' } })
  assert.equal((await read([application('root'), application('canary'), elsewhere])).unwell, ['web: it is in Git, and not in the cluster'])
})

test('the branch of each counts, and not the one of another', async () => {
  const { unwell } = await read(NAMES.map(name => application(name)), { main: HEAD, drill: OLD })
  assert.equal(unwell, ['canary: at 1a2b3c4, and drill is 0f0e0d0'])
})

test('a branch that is gone is red', async () => {
  const { unwell } = await read(NAMES.map(name => application(name)), { main: HEAD })
  assert.equal(unwell, ['canary: at 1a2b3c4, and drill is no such branch'])
})

test('of one that is not healthy the pod is told that holds it up', async () => {
  const ill = application('web', { status: { health: { status: 'Progressing' } } })
  const waiting = somePod({ metadata: { namespace: 'web', name: 'web-1' }, status: { phase: 'Pending', containerStatuses: [{ name: 'web', state: { waiting: { reason: 'ErrImagePull', message: 'not found' } } }] } })
  const elsewhere = somePod({ metadata: { namespace: 'shop', name: 'shop-1' }, status: { phase: 'Pending' } })
  assert.equal((await read([application('root'), application('canary'), ill], undefined, [elsewhere, waiting])).unwell, ['web: Progressing; web/web-1 Pending: ErrImagePull not found'])
})

test('nothing at all is not every one of them', () => assert.not.ok(holds(everyOne, { well: {}, unwell: [] })))

test('only our own repository is followed by its branches', () => {
  assert.equal([URL, 'https://git.example.com/operator.git'].map(repoURL => commitsOf(URL, { main: HEAD })({ repoURL, targetRevision: 'main' })), [HEAD, undefined])
})

test.run()
