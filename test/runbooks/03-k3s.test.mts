import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { k3s, rollback } from '../../runbooks/03-k3s.mts'
import { doubled, KUBECONFIG } from '../cluster/double.mts'
import { play, verdicts } from '../engine/stage.mts'
import { folder as anyFolder } from '../folder.mts'
import { answering } from '../host/answering.mts'
import { having, tell } from '../host/fake.mts'
import { FILES, VERSION, versionsOf } from '../lab/published.mts'
import { platform, useKey } from '../secrets/platform.mts'
import { tellings, told } from './tellings.mts'

const test = suite('03-k3s')
const { place: folder } = await platform()
const recorded = { folder, lines: ['CGROUP_V1=yes', 'WAIVE=B18,K32', `ARTIFACTS=${release()}`] }

// A small release stands for the one that was recorded.
writeFileSync(join(folder, 'versions.yaml'), versionsOf('https://release.example'))

test.before(() => useKey(folder))

await tellings(test, k3s, changed => changed.join(' ') === 'K7 K8 K10 K11 K28', recorded)

test('where K3s does not come up, one thing is red and what needs it is blocked', async () => {
  const story = await tell(k3s, 'bare', 'converged', { ...recorded, stuck: 'K11' })
  const after = Array.from({ length: 24 }, (_, index) => `K${12 + index}`)
  assert.equal([having(story, 'failed'), having(story, 'blocked')], [['K11'], after], told(story))
})

test('with another artefact than the pinned one nothing of K3s is touched', async () => {
  const story = await tell(k3s, 'bare', 'converged', { ...recorded, lines: ['CGROUP_V1=yes', `ARTIFACTS=${release('other ')}`] })
  assert.equal([having(story, 'failed'), having(story, 'changed')], [['K1'], []], told(story))
})

/** An air-gap folder with the small release, or with other bytes. */
function release(before = ''): string {
  const place = anyFolder()
  for (const [file, bytes] of Object.entries(FILES)) writeFileSync(join(place, file), before + bytes)
  return place
}

/** A host whose newest copy and whose state are told so, until it is written to; and who answers for its API. */
function kept(copy: string, before: string, after: string): ReturnType<typeof doubled> & { written: unknown[] } {
  const { host, written } = answering(script => {
    if (script.includes('integrity_check')) return copy
    return script.includes('k3s.yaml') ? KUBECONFIG : written.length > 0 ? after : before
  })
  return { ...doubled(host, async () => ({ json: { gitVersion: VERSION } })), written }
}

const COPY = `20261121T094500Z-${VERSION}|1795254400|ok|ours\n/registry/namespaces/default|7|uid:1`
const NEWER = `20261121T094500Z-${VERSION}\nv1.37.0+k3s1\nnever\nfailed`
const BACK = `20261121T094500Z-${VERSION}\nof the copy\n20261121T094500Z-${VERSION}\nactive`

for (const [title, copy, before, after, expected, writes] of [
  ['rollback: version and state of the newest copy are brought back, once', COPY, NEWER, BACK, 'K36 ok, K37 changed, K38 ok', 1],
  ['rollback: what is back already is not brought back again', COPY, BACK, BACK, 'K36 ok, K37 ok, K38 ok', 0],
  ['rollback: without a copy nothing is touched', '', NEWER, BACK, 'K36 failed, K37 blocked, K38 blocked', 0],
  ['rollback: one that does not stick is a failure', COPY, NEWER, NEWER, 'K36 ok, K37 failed, K38 blocked', 1],
] as const) {
  test(title, async () => {
    const { host, written, close } = kept(copy, before, after)
    const played = await play(rollback.body, {}, { host }).finally(close)
    assert.equal([verdicts(played).join(', '), written.length], [expected, writes])
  })
}

test.run()
