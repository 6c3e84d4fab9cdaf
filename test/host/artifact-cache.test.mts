import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { keep, kept } from '../../lib/host/artifact-cache.mts'
import { Failure } from '../../lib/engine/failure.mts'
import { FILES, HASHES, published } from '../lab/published.mts'
import { rejects } from '../rejects.mts'
import { ownCache } from './operators-cache.mts'

const test = suite('artifact cache')
const hash = HASHES.k3s ?? ''
let cache: ReturnType<typeof ownCache>
let server: Awaited<ReturnType<typeof published>>

test.before.each(async () => {
  cache = ownCache()
  server = await published()
})

test.after.each(async () => {
  cache.restore()
  await server.close()
})

const fetched = (accept: (hash: string, tries: number) => void = () => {}) => keep(`${server.url}/k3s-io/k3s/releases/download/v1.36.3%2Bk3s1/k3s`, 'k3s', accept)

test('a download lies under the hash of its bytes', async () => {
  assert.is(await kept(hash, 'k3s'), undefined)
  assert.equal(await fetched(), { path: join(cache.path, hash, 'k3s'), sha256: hash })
  assert.is(readFileSync(await kept(hash, 'k3s') ?? '', 'utf8'), FILES.k3s)
})

test('a kept file that was changed is not there any more, until it is downloaded again', async () => {
  const { path } = await fetched()
  writeFileSync(path, 'other bytes')
  assert.is(await kept(hash, 'k3s'), undefined)
  await fetched()
  assert.is(await kept(hash, 'k3s'), path)
})

test('what is not accepted leaves nothing behind', async () => {
  await rejects(fetched(found => { throw new Failure(found) }))
  assert.equal(readdirSync(cache.path), [])
})

test('a download that fails leaves nothing behind', async () => {
  server.fault('missing')
  await rejects(fetched())
  assert.equal(readdirSync(cache.path), [])
})

test('what a killed download left goes after a day, and not before', async () => {
  const [old, young] = [join(cache.path, 'incoming-old'), join(cache.path, 'incoming-young')]
  for (const path of [old, young]) mkdirSync(path, { recursive: true })
  utimesSync(old, 0, Date.now() / 1000 - 90_000)
  await fetched()
  assert.equal([existsSync(old), existsSync(young)], [false, true])
})

test.run()
