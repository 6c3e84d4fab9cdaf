import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { bare, converge, having, told } from './ground.mts'

const test = suite('a server that knows only root')
const ground = await bare(24, 'debian-12', 'root')

test('the admin is made, proved and given the keys before root is closed', async () => {
  const first = await converge(ground)
  assert.equal(having(first, 'failed', 'blocked', 'unverified'), [], told(first))
  const { stdout } = await ground.lab.exec('cat /root/.ssh/authorized_keys 2>/dev/null; id -nG ops; sudo -l -U ops')
  assert.match(stdout, /^ops\n[\s\S]*NOPASSWD: ALL/)
})

test('afterwards the admin runs it, and nothing changes', async () => {
  const second = await ground.run('01-baseline')
  assert.equal(having(second, 'changed', 'failed', 'blocked', 'unverified'), [], told(second))
})

test.after(() => ground.lab.down())

test.run()
