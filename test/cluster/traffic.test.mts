import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { traffic } from '../../lib/cluster/traffic.mts'

const test = suite('traffic')

test('requests go out whatever became of the last one, and every one is counted', async () => {
  let [asked, release] = [0, (_page: string) => {}]
  const held = new Promise<string>(resolve => { release = resolve })
  const slow = traffic(async () => { asked += 1; return held }, '200 page', 5)
  while (asked < 4) await sleep(5)
  assert.is(slow.answered(), 0)
  release('200 page')
  const counted = await slow.stop()
  assert.equal(counted, { requests: asked, failed: 0, first: 'none' })
})

test('whatever is not the page has failed, and the first of them is told', async () => {
  let asked = 0
  const flaky = traffic(async () => ['200 page', 'ECONNREFUSED', '503 no', '200 page'][asked++] ?? '200 page', '200 page', 5)
  while (flaky.answered() < 6) await sleep(5)
  const { failed, first } = await flaky.stop()
  assert.is(failed, 2)
  assert.match(first, /^\d+\.\d s after the first: ECONNREFUSED$/)
})

test('once it is stopped nobody asks any more', async () => {
  let asked = 0
  const short = traffic(async () => { asked += 1; return '' }, '', 5)
  await sleep(30)
  const { requests } = await short.stop()
  await sleep(30)
  assert.is(asked, requests)
})

test.run()
