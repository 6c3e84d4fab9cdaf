import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { holds } from '../../lib/engine/want.mts'
import { back, parseBack, restored } from '../../lib/host/k3s-restore.mts'
import { answering } from './answering.mts'
import type { Living } from '../../lib/cluster/uids.mts'

const test = suite('k3s-restore')
const NAME = '20261121T120000Z-v1.36.5+k3s1'
const said = `${NAME}\nof the copy\n${NAME}\nactive`

test('the state is back when version, datastore and service are', () => {
  const { want } = back(answering('').host)
  assert.is(holds(want, parseBack(said)), true)
  for (const text of [said.replace('of the copy', 'v1.36.6+k3s1'), `${NAME}\nof the copy\nnever\nactive`, `${NAME}\nof the copy\n20261120T120000Z-v1.36.5+k3s1\nactive`, said.replace('active', 'failed'), '\nv1.36.5+k3s1\nnever\nactive']) {
    assert.is(holds(want, parseBack(text)), false, text)
  }
})

test('a drill misses each lasting object that did not come back under its UID, and none of the passing ones', async () => {
  const living = (key: string, uid: string): Living => ({ key, uid, created: 0, revision: 1, secret: false })
  const before = [living('/registry/pods/a/b', '1'), living('/registry/configmaps/a/c', '2'), living('/registry/leases/a/d', '3'), living('/registry/events/a/e', '4')]
  const after = [living('/registry/pods/a/b', 'other'), living('/registry/configmaps/a/c', '2')]
  const lists = [before, after]
  const drill = restored(answering(said).host, async () => lists.shift() ?? [])
  const first = await drill.before()
  assert.equal(first, ['/registry/configmaps/a/c 2', '/registry/pods/a/b 1'])
  const found = await drill.after(first, async () => [])
  assert.equal(found, { objects: 2, lost: ['/registry/pods/a/b 1'], restoredFrom: 'the copy' })
  assert.is(holds(drill.want(first), found), false)
})

test.run()
