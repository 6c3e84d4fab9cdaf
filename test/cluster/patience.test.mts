import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { patiently } from '../../lib/cluster/patience.mts'
import { rejects } from '../rejects.mts'

const test = suite('patience')
const never = async () => ({ done: false, last: 'no' })

test('what is done at once is not waited for, and what is not is given back at the deadline', async () => {
  assert.equal([await patiently('1s', async () => ({ done: true, last: 'yes' })), await patiently('100ms', never)], ['yes', 'no'])
})

test('an interrupted run does not wait for the deadline, and puts back what it has to with patience of its own', async () => {
  const start = performance.now()
  setTimeout(() => process.emit('SIGINT'), 50)
  assert.is((await rejects(patiently('1m', never))).kind, 'interrupted')
  assert.ok(performance.now() - start < 10_000)
  assert.is(await patiently('1s', async () => ({ done: true, last: 'put back' })), 'put back')
})

test('a failure of what is tried is its own', async () => {
  assert.is((await rejects(patiently('1m', async () => { throw new Error('no') }))).message, 'no')
  assert.is(process.listenerCount('SIGINT'), 0)
})

test.run()
