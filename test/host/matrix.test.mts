import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { holds } from '../../lib/engine/want.mts'
import { answers, asDeclared, others, type Matrix } from '../../lib/host/matrix.mts'
import { settings } from '../engine/stage.mts'
import { rejects } from '../rejects.mts'
import { platform, useKey } from '../secrets/platform.mts'
import { answering, SILENCE } from './answering.mts'

const test = suite('matrix')
const { place } = await platform()
const config = settings()
const good: Matrix = {
  'tcp/22': { outside: 'open', tunnel: 'open' }, 'tcp/80': { outside: 'refused', tunnel: 'silent' }, 'tcp/443': { outside: 'open', tunnel: 'silent' },
  'tcp/6443': { outside: 'silent', tunnel: 'refused' }, 'tcp/8443': { outside: 'silent', tunnel: 'refused' }, 'tcp/10250': { outside: 'silent', tunnel: 'silent' },
  'udp/8472': { tunnel: 'silent' }, 'udp/51820': { outside: 'handshake', tunnel: 'silent' },
}

test.before(() => useKey(place))

test('both sides are asked for each port of the policy', async () => {
  const { host } = answering('', { answers: async () => ({ open: [22, 443], refused: [80] }), visit: async (_, { tcp = [], udp = [] }) => {
    assert.equal([tcp, udp], [[22, 80, 443, 6443, 8443, 10_250], [8472, 51_820]])
    return { ...SILENCE, handshake: 5, tcp: { open: [22], refused: [6443, 8443] } }
  } })
  assert.equal(await answers(host, config, place)(), good)
})

test('a port that answers where it should not, or not where it should, is red', () => {
  assert.ok(holds(asDeclared(config), good))
  for (const row of [{ 'tcp/443': { outside: 'open', tunnel: 'open' } }, { 'tcp/80': { outside: 'silent', tunnel: 'silent' } }, { 'tcp/22': { outside: 'open', tunnel: 'silent' } }, { 'tcp/22': { outside: 'refused', tunnel: 'open' } }, { 'tcp/6443': { outside: 'open', tunnel: 'open' } }, { 'tcp/10250': { outside: 'silent', tunnel: 'refused' } }, { 'udp/51820': { outside: 'handshake', tunnel: 'refused' } }, { 'udp/8472': { tunnel: 'open' } }, { 'tcp/9100': { outside: 'silent', tunnel: 'silent' } }] satisfies Matrix[]) {
    assert.not.ok(holds(asDeclared(config), { ...good, ...row }), JSON.stringify(row))
  }
})

test('behind a run through the tunnel, SSH outside has to be silent', () => {
  const closed = { ...settings('SSH_PUBLIC=no', 'VPN_PEERS=laptop:10.8.0.2:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE='), road: 'tunnel' } as const
  assert.equal([holds(asDeclared(closed), good), holds(asDeclared(closed), { ...good, 'tcp/22': { outside: 'silent', tunnel: 'open' } })], [false, true])
})

test('what is in no policy is knocked at in the tunnel, and what is in one is not', async () => {
  let asked: readonly number[] = []
  const { host } = answering('', { visit: async (_, { tcp = [] }) => { asked = tcp; return { ...SILENCE, handshake: 5, tcp: { open: [8080], refused: [] } } } })
  assert.equal(await others(host, config, place)(), { open: [8080], refused: [] })
  assert.equal([asked.includes(5432), asked.includes(22), asked.includes(6443)], [true, false, false])
})

test('where nobody is let in, nothing is said to be closed', async () => {
  await rejects(others(answering('', {}).host, config, place)())
  assert.is((await rejects(answers(answering('').host, config, place)())).kind, 'unverified')
})

test.run()
