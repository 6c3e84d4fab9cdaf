import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { atLeastThe, parseSize } from '../../lib/host/resources.mts'
import { difference } from '../../lib/engine/difference.mts'
import { holds } from '../../lib/engine/want.mts'
import { settings } from '../engine/stage.mts'
import { recorded } from './recorded.mts'

const test = suite('resources')

recorded(test, 'resources', parseSize, { 'two processors and 25 GB': { cpus: 2, memoryGB: 25.3, diskGB: 270.6 } })

test('a provider\'s 4 GB and 40 GB are enough, with what firmware and file system take', () => {
  assert.ok(holds(atLeastThe(settings()), { cpus: 2, memoryGB: 3.9, diskGB: 39.2 }))
})

test('each refusal names what was found and what is needed', () => {
  assert.equal(difference(atLeastThe(settings()), { cpus: 1, memoryGB: 1.9, diskGB: 39.2 }), ['- cpus  1', '+ cpus  at least 2', '- memoryGB  1.9', '+ memoryGB  at least 3.8'])
})

test('a size that cannot be read is not enough', () => assert.not.ok(holds(atLeastThe(settings()), parseSize('nproc: not found'))))

test.run()
