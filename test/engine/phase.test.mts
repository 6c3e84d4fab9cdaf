import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { claims, phase } from '../../lib/engine/phase.mts'
import { settings, thing } from './stage.mts'

const test = suite('phase')

const touched: string[] = []
const touch = async (what: string): Promise<string> => { touched.push(what); return what }
const play = phase('90-play', async ({ config, check, ensure, drill }) => {
  await check('B1', 'one', () => touch('read'), 'read')
  await ensure('B2', 'two', { ...thing('a', 'b'), act: async () => void await touch('act') })
  await drill('B3', `three on ${config.HOST}`, { effect: 'pod', before: () => touch('before'), disturb: async () => {}, after: () => touch('after'), want: () => '' })
})

test('its claims are listed in order, and nothing is read or touched', async () => {
  const listed = await claims(play, settings())
  assert.equal(listed.map(({ id, claim, kind }) => [id, claim, kind]), [['B1', 'one', 'check'], ['B2', 'two', 'ensure'], ['B3', 'three on 192.0.2.10', 'drill']])
  assert.is(listed[2]?.drill?.effect, 'pod')
  assert.equal(touched, [])
})

test('it is about the server unless it says otherwise', () => {
  assert.equal([play.on, phase('00-x', async () => {}, { on: 'operator' }).on], ['server', 'operator'])
})

test.run()
