import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { download, inTries } from '../../lib/host/download.mts'
import { folder } from '../folder.mts'
import { FILES, published } from '../lab/published.mts'
import { rejects } from '../rejects.mts'
import type { Fault } from '../lab/mirror.mts'

const test = suite('download')
const file = join(folder(), 'k3s')
const PATIENCE = { tries: 3, pause: 1, window: 20_000, least: 1 }

/** What comes of a download from a mirror that has this fault for so many requests, and how often the mirror was asked. */
async function from(fault: Fault, times = Infinity) {
  const server = await published()
  server.fault(fault, times)
  const url = `${server.url}/k3s-io/k3s/releases/download/v1.36.3%2Bk3s1/k3s`
  try {
    const failure = await download(url, file, PATIENCE).catch(thrown => rejects(Promise.reject(thrown)))
    return { url, failure, asked: server.asked.filter(path => path.startsWith('/release-assets/')).length }
  } finally {
    await server.close()
  }
}

for (const fault of ['down', 'busy', 'cut'] as const) {
  test(`what a mirror that is ${fault} twice keeps back, the third try brings whole`, async () => {
    assert.equal((await from(fault, 2)).failure, 3)
    assert.is(readFileSync(file, 'utf8'), FILES.k3s)
  })

  test(`a mirror that stays ${fault} is asked three times, and named`, async () => {
    const { url, failure, asked } = await from(fault)
    if (typeof failure === 'number') throw new Error(`it came in ${failure} tries`)
    assert.is(asked, 3)
    assert.equal([failure.message, failure.facts.expected], ['k3s could not be downloaded', url])
    assert.match(String(failure.facts.found), new URL(url).host)
    assert.match(failure.facts.waited ?? '', /^3 tries, /)
    assert.is(failure.facts.next, 'docs/versions.md#out-of-reach')
  })
}

test('what is not there is asked for once', async () => {
  const { failure, asked } = await from('missing')
  if (typeof failure === 'number') throw new Error(`it came in ${failure} tries`)
  assert.is(asked, 1)
  assert.match(String(failure.facts.found), /answers 404 Not Found$/)
})

test('a reason that comes again is told once', async () => {
  const { failure } = await from('busy')
  assert.is(typeof failure === 'number' ? failure : String(failure.facts.found).split('; then ').length, 1)
})

test('tries are counted in words', () => assert.equal([inTries(1), inTries(3)], ['1 try', '3 tries']))

test.run()
