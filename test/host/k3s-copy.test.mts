import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { holds } from '../../lib/engine/want.mts'
import { beforeUpgrade, copied, parseCopy } from '../../lib/host/k3s-copy.mts'
import { folder } from '../folder.mts'
import { answering } from './answering.mts'
import type { Living } from '../../lib/cluster/uids.mts'

const test = suite('k3s-copy')
const NAME = '20261121T120000Z-v1.36.5+k3s1'
const MADE = Date.UTC(2026, 10, 21, 12) / 1000
const SECRET = Buffer.from('k8s:enc:aescbc:v1:aescbckey:abc').toString('hex')
const said = `${NAME}|${MADE + 5400}|ok|ours\n/registry/helmcharts/a|1|uid:one\n/registry/secrets/default/s|2|${SECRET}`
const living = (over: Partial<Living> = {}): Living => ({ key: '/registry/helmcharts/a', uid: 'one', created: MADE - 10, revision: 1, secret: false, ...over })
const secret = living({ key: '/registry/secrets/default/s', uid: 'sealed', secret: true })

test('a copy is told with its age, and lacks nothing that is older than it', () => {
  assert.equal(parseCopy(said, [living(), secret]), { name: NAME, hours: 1.5, integrity: 'ok', token: 'ours', objects: 2, missing: [] })
})

test('what was made after the copy is not missed in it', () => {
  assert.equal(parseCopy(said, [living({ uid: 'new', created: MADE })])?.missing, [])
})

test('an older object with another UID, one that is not there, and a Secret without its row are missed', () => {
  const found = parseCopy(said, [living({ uid: 'other' }), living({ key: '/registry/helmcharts/b', uid: 'two' }), { ...secret, key: '/registry/secrets/default/t' }])
  assert.equal(found?.missing, ['/registry/helmcharts/a other', '/registry/helmcharts/b two', '/registry/secrets/default/t sealed'])
})

test('a key alone is enough for an encrypted Secret only', () => {
  assert.equal(parseCopy(said, [living({ key: '/registry/secrets/default/s', uid: 'x' })])?.missing, ['/registry/secrets/default/s x'])
})

for (const [what, text] of [
  ['no copy', ''],
  ['a copy that is older than a week', said.replace(String(MADE + 5400), String(MADE + 169 * 3600))],
  ['a damaged one', said.replace('|ok|', '|database disk image is malformed|')],
  ['one with another token', said.replace('|ours', '|other')],
  ['an empty one', `${NAME}|${MADE}|ok|ours`],
] as const) {
  test(`${what} does not hold`, async () => {
    const { read, want } = copied(answering(text).host, async () => [])
    assert.is(holds(want, await read()), false)
  })
}

test('before another version is put in place the state is copied by the same run, whatever copies there are', async () => {
  const place = folder()
  writeFileSync(join(place, 'versions.yaml'), 'k3s:\n  version: v1.36.6+k3s1\n  files:\n    k3s:\n      url: https://example.org/{version}/k3s\n      sha256:\n')
  const { host, written } = answering(script => (script.includes('--version') ? 'k3s version v1.36.5+k3s1 (abc)' : said))
  let offers = 0
  const { read, want, act } = beforeUpgrade(host, place, async () => void offers++)
  assert.is(holds(want, await read()), false)
  await act(undefined)
  assert.equal([await read(), written.length, offers], [`copied: ${NAME}`, 1, 1])
})

test('where no other version is to be put in place there is nothing to copy', async () => {
  const { read, want } = beforeUpgrade(answering('').host, folder(), async () => {})
  assert.equal([await read(), holds(want, 'no upgrade')], ['no upgrade', true])
})

test('what is no copy among them is named, with the way out', () => {
  assert.throws(() => parseCopy('notes|1|ok|ours', []), /something that is no copy/)
})

test.run()
