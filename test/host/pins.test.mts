import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { compare, fill } from '../../lib/host/pins.mts'
import { folder } from '../folder.mts'
import { HASHES, published, VERSION, versionsOf } from '../lab/published.mts'
import { rejects } from '../rejects.mts'
import { ownCache } from './operators-cache.mts'

const test = suite('pins')
let cache: ReturnType<typeof ownCache>
let server: Awaited<ReturnType<typeof published>>
let platform: string
let said: string[]

test.before.each(async () => {
  cache = ownCache()
  server = await published()
  platform = folder()
  said = []
})

test.after.each(async () => {
  cache.restore()
  await server.close()
})

const file = () => join(platform, 'versions.yaml')
const put = (options: Parameters<typeof versionsOf>[1]) => writeFileSync(file(), versionsOf(server.url, options))
const text = () => readFileSync(file(), 'utf8')
const filled = () => versionsOf(server.url, { hashed: VERSION })
const say = (line: string) => void said.push(line)

test('what is missing is computed from the bytes and written, and nothing else of the file changes', async () => {
  put({ hashes: {} })
  await fill(platform, undefined, say)
  assert.is(text(), filled())
  assert.equal(said, [
    `k3s  ${HASHES.k3s}  k3s  as in sha256sum-amd64.txt`,
    `k3s  ${HASHES['k3s-airgap-images-amd64.tar.zst']}  k3s-airgap-images-amd64.tar.zst  as in sha256sum-amd64.txt`,
    `k3s  ${HASHES['install.sh']}  install.sh  in no checksum file`,
  ])
})

test('a hash that is there is neither computed nor changed', async () => {
  const old = { ...HASHES, k3s: 'c'.repeat(64) }
  put({ hashes: { ...old, 'install.sh': '' } })
  await fill(platform, 'k3s', say)
  assert.is(text(), versionsOf(server.url, { hashes: old, hashed: VERSION }))
  assert.not.ok(server.asked.some(path => path.endsWith('/k3s')))
})

test('where every hash is there nobody is asked', async () => {
  put({ hashed: VERSION })
  await fill(platform, undefined, say)
  assert.equal([said, server.asked, text()], [[`k3s ${VERSION}: every file has its sha256`], [], filled()])
})

test('after a raise every hash is computed anew', async () => {
  put({ hashes: Object.fromEntries(Object.keys(HASHES).map(name => [name, 'd'.repeat(64)])), hashed: 'v1.36.2+k3s1' })
  await fill(platform, undefined, say)
  assert.is(text(), filled())
})

test('nothing is written when a file is not what the makers\' list says', async () => {
  put({ hashes: {} })
  writeFileSync(join(server.release, 'k3s-airgap-images-amd64.tar.zst'), 'truncated')
  const { message, facts } = await rejects(fill(platform, undefined, say))
  assert.equal([message, facts.expected], ['k3s-airgap-images-amd64.tar.zst is not what sha256sum-amd64.txt says; nothing was written', `sha256 ${HASHES['k3s-airgap-images-amd64.tar.zst']}`])
  assert.is(text(), versionsOf(server.url, { hashes: {} }))
})

test('nothing is written when a file cannot be had', async () => {
  put({ hashes: {} })
  rmSync(join(server.release, 'install.sh'))
  assert.is((await rejects(fill(platform, undefined, say))).message, 'install.sh could not be downloaded')
  assert.is(text(), versionsOf(server.url, { hashes: {} }))
})

test('nothing is written when the version is raised meanwhile', async () => {
  put({ hashes: {} })
  const raised = versionsOf(server.url, { hashes: {}, version: 'v1.36.4+k3s1' })
  const failure = await rejects(fill(platform, undefined, () => writeFileSync(file(), raised)))
  assert.equal([failure.kind, text()], ['input', raised])
})

test('a list without a single hash is no list', async () => {
  put({ hashes: {} })
  writeFileSync(join(server.release, 'sha256sum-amd64.txt'), '<html>sign in</html>\n')
  assert.is((await rejects(fill(platform, undefined, say))).message, 'sha256sum-amd64.txt lists no sha256; nothing was written')
})

test('a component that is not pinned is bad input', async () => {
  put({})
  assert.is((await rejects(fill(platform, 'k8s', say))).kind, 'input')
})

test('comparing downloads everything, says what is as pinned, and writes nothing', async () => {
  put({ hashed: VERSION })
  await compare(platform, 'k3s', say)
  assert.equal([said.length, said.every(line => line.endsWith('  as pinned')), text()], [3, true, filled()])
})

test('comparing ends red where something else is published, or a hash is missing', async () => {
  put({ hashes: { ...HASHES, 'install.sh': '' }, hashed: VERSION })
  writeFileSync(join(server.release, 'sha256sum-amd64.txt'), `${HASHES['install.sh']}  install.sh\n`)
  writeFileSync(join(server.release, 'k3s'), 'another program\n')
  const before = text()
  assert.is((await rejects(compare(platform, undefined, say))).message, 'k3s, install.sh: versions.yaml does not say what is published')
  assert.is(text(), before)
  assert.match(said.join('\n'), `pinned: ${HASHES.k3s}`)
  assert.match(said.join('\n'), 'install.sh  pinned: nothing')
})

test.run()
