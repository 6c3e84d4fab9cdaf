import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { off } from '../../lib/host/services.mts'
import { answering } from './answering.mts'

const test = suite('services')
const units = ['rpcbind.socket', 'cups.service']

test('none is an empty list', async () => assert.equal(await off(answering('').host, units).read(), []))

test('only those that were found are stopped', async () => {
  const { host, written } = answering('cups.service')
  const state = off(host, units)
  await state.act(await state.read())
  assert.equal(written[0]?.args, ['cups.service'])
})

test.run()
