import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { settings } from '../../lib/host/sysctl.mts'
import { answering } from './answering.mts'

const test = suite('sysctl')
const wanted = { 'kernel.panic': '10', 'net.ipv4.ip_local_port_range': '1024 65000', 'x.y': '1' }

test('each key has the kernel\'s own answer, tabs as spaces', async () => {
  const { read } = settings(answering('10\n1024\t65000\nabsent').host, wanted)
  assert.equal(await read(), { 'kernel.panic': '10', 'net.ipv4.ip_local_port_range': '1024 65000', 'x.y': 'absent' })
})

test('an answer cut short is no setting', async () => {
  assert.is((await settings(answering('10').host, wanted).read())['x.y'], 'absent')
})

test('all keys are written to one file and loaded from it', async () => {
  const { host, written } = answering('')
  await settings(host, wanted).act(undefined)
  assert.is(written[0]?.input, 'kernel.panic = 10\nnet.ipv4.ip_local_port_range = 1024 65000\nx.y = 1\n')
  assert.equal(written[1]?.args, written[0]?.args)
})

test.run()
