import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { release } from '../../lib/host/os.mts'
import { operator } from '../../lib/host/local.mts'
import { machine } from '../../lib/host/machine.mts'
import { settings } from '../engine/stage.mts'

const test = suite('os')

test('the release of a Linux machine is a name and a version', async () => {
  assert.match(await release(machine(operator(), 'verify', '90-play', settings()))(), /^[a-z]+ [\w.]*$/)
})

test.run()
