import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as clock from '../../lib/host/clock.mts'
import { rejects } from '../rejects.mts'
import { answering } from './answering.mts'

const test = suite('clock')
const at = (seconds: number) => answering(() => (Date.now() / 1000 + seconds).toFixed(9)).host

test('the distance between two clocks has no sign', async () => {
  for (const seconds of [-120, 120]) assert.ok(Math.abs(await clock.offset(at(seconds))() - 120) < 10)
})

test('a clock that cannot be read is not in time', async () => {
  assert.not.ok(await clock.offset(answering('date: not found').host)() <= 30)
})

test('every time service that runs is told', async () => {
  assert.equal(await clock.service(answering('chrony.service\nsystemd-timesyncd.service\n').host, 'chrony.service').read(), ['chrony.service', 'systemd-timesyncd.service'])
})

test('the wanted service is not among those that are stopped', async () => {
  const { host, written } = answering('')
  await clock.service(host, 'chrony.service').act([])
  assert.not.ok(written[0]?.args.includes('chrony.service'))
  assert.equal(written[1]?.args, ['chrony.service'])
})

test('a clock in step is in step, and one out of step on a machine of its own is not', async () => {
  assert.equal([await clock.synchronised(answering('yes\nnone').host)(), await clock.synchronised(answering('no\nnone').host)()], [true, false])
})

test('in a container nothing can be told of a clock out of step', async () => {
  assert.is((await rejects(clock.synchronised(answering('no\npodman').host)())).kind, 'unverified')
})

test.run()
