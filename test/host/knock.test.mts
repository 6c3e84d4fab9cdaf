import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { knock } from '../../lib/host/knock.mts'
import { rejects } from '../rejects.mts'
import { listening } from './listening.mts'

const test = suite('knock')

test('a port that somebody listens on is open, and one that nobody does refuses', async () => {
  const { port, close } = await listening()
  const { port: closed, close: closeOther } = await listening()
  closeOther()
  assert.equal(await knock('127.0.0.1', 4, [port, closed]), { open: [port], refused: [closed] })
  close()
})

test('a name without an address of this family is unverified', async () => {
  assert.is((await rejects(knock('127.0.0.1', 6, [22]))).kind, 'unverified')
  assert.is((await rejects(knock('no-such-host.invalid', 4, [22]))).kind, 'unverified')
})

test.run()
