import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { kernelSettings } from './kernel.mts'

const kernel = suite('lab kernel settings')

kernel('a setting is read as the kernel has it, and one it does not have is left out', async () => {
  const found = await kernelSettings(['kernel.ostype', 'kernel.no_such_thing'])
  assert.equal(found, { 'kernel.ostype': 'Linux' })
})

kernel.run()
