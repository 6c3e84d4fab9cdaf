import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { holds } from '../../lib/engine/want.mts'
import { measured, parseUsage, usage } from '../../lib/cluster/usage.mts'
import { fakeKube } from './fake.mts'
import { recording } from './recorded.mts'

const test = suite('usage')
const NOW = Date.parse('2026-11-21T12:00:30Z')
const ABLE = [{ metadata: { name: 'platform' }, status: { allocatable: { cpu: '2', memory: '16307200Ki' } } }]
const using = (cpu: string, memory: string, timestamp = '2026-11-21T12:00:00Z', name = 'platform') => parseUsage([{ metadata: { name }, timestamp, usage: { cpu, memory } }], ABLE, NOW)

test('cores and gigabytes are told against what the node has to give, with their age', () => {
  assert.equal(using('94321000n', '1234567Ki'), [{ node: 'platform', cores: 0.094, ofCores: 2, memoryGB: 1.26, ofMemoryGB: 16.7, age: 30 }])
})

test('numbers above 0, of this node and of now, are what is wanted', () => {
  assert.ok(holds(measured('platform'), using('94321000n', '1234567Ki')))
  assert.not.ok(holds(measured('platform'), using('0', '1234567Ki')))
  assert.not.ok(holds(measured('platform'), using('94321000n', '1234567Ki', '2026-11-21T11:50:00Z')))
  assert.not.ok(holds(measured('platform'), using('94321000n', '1234567Ki', '2026-11-21T12:00:00Z', 'a node that is gone')))
  assert.not.ok(holds(measured('platform'), []))
})

test('what metrics-server gives can be read', async () => {
  const lists = { '/apis/metrics.k8s.io/v1beta1/nodes': recording('usage'), '/api/v1/nodes': recording('nodes') }
  const [node] = await usage(fakeKube(lists).kube)()
  assert.ok(node && node.node === 'platform' && node.cores > 0 && node.memoryGB > 0.1)
})

test.run()
