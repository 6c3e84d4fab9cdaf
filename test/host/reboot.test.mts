import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as judge from '../../lib/engine/judge.mts'
import { Failure } from '../../lib/engine/failure.mts'
import { pending, replay, replayAfter } from '../../lib/host/reboot.mts'
import { bench } from '../engine/stage.mts'
import { rejects } from '../rejects.mts'
import { answering } from './answering.mts'
import type { Host } from '../../lib/host/host.mts'

const test = suite('reboot')

/** A host that goes down when it is told to, or does not. */
function rebooting({ lost = true, newBoot = true } = {}): Host {
  let boot = 'boot-1'
  const { host } = answering('')
  return {
    ...host,
    boot: async () => boot,
    comeBack: async () => 1,
    async write() {
      if (newBoot) boot = 'boot-2'
      throw new Failure('gone', {}, lost ? 'lost' : 'claim')
    },
  }
}

test('nothing pending is an empty list, and each reason is told once', async () => {
  assert.equal(await pending(answering('').host)(), [])
  assert.equal(await pending(answering('libc6\nlibc6\nkernel 6.1.0-41-amd64').host)(), ['kernel 6.1.0-41-amd64', 'libc6'])
})

test('a host that comes back with everything as it was holds', async () => {
  const { verdict, found } = await judge.drill(bench('apply'), 'B32', replay(rebooting()), async () => [])
  assert.equal([verdict, (found as { after: unknown }).after], ['ok', { newBoot: true, red: [] }])
})

test('a host that was never down is red, however green it is', async () => {
  assert.is((await judge.drill(bench('apply'), 'B32', replay(rebooting({ newBoot: false })), async () => [])).verdict, 'failed')
})

test('a claim that does not hold after it is red and named', async () => {
  const { verdict, why } = await judge.drill(bench('apply'), 'B32', replay(rebooting()), async () => ['B19 - 1'])
  assert.equal([verdict, why], ['failed', ['- red  B19 - 1']])
})

test('a reading made again under the new boot is told with its seconds', async () => {
  let answers = 0
  const reading = async () => { if (++answers < 3) throw new Error('not yet') }
  const { verdict, found } = await judge.drill(bench('apply'), 'W17', replayAfter(rebooting(), reading), async () => [])
  const { after } = found as { after: { answeredAfter: number } }
  assert.equal([verdict, answers, after.answeredAfter >= 2], ['ok', 3, true])
})

test('a reboot that was refused is not taken for one', async () => {
  assert.is((await rejects(judge.drill(bench('apply'), 'B32', replay(rebooting({ lost: false })), async () => []))).message, 'gone')
})

test.run()
