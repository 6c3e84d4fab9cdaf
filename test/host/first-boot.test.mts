import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { cloudInit } from '../../lib/host/first-boot.mts'
import { answering } from './answering.mts'

const test = suite('first boot')

for (const [said, found] of [
  ['status: done', 'done'], ['status: running', 'running'], ['status: absent', 'absent'], ['\nstatus: error\ndetail: x', 'error'], ['Traceback', 'Traceback'],
] as const) {
  test(`${JSON.stringify(said)} is ${found}`, async () => assert.is(await cloudInit(answering(said).host)(), found))
}

test.run()
