import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as exposure from '../../lib/host/exposure.mts'
import { settings } from '../engine/stage.mts'
import { rejects } from '../rejects.mts'
import { answering } from './answering.mts'
import type { Answers } from '../../lib/host/host.mts'

const test = suite('exposure')
const { matches, wants } = exposure.asDeclared(settings())

const CASES: readonly (readonly [string, Answers, boolean])[] = [
  ['ssh alone', { open: [22], refused: [] }, true],
  ['declared ports where nothing listens yet', { open: [22], refused: [80, 443] }, true],
  ['an undeclared port that is open', { open: [22, 8080], refused: [] }, false],
  ['an undeclared port that only refuses', { open: [22], refused: [6443] }, false],
  ['silence, ssh included', { open: [], refused: [] }, false],
  ['ssh refused', { open: [], refused: [22] }, false],
]

for (const [what, answers, holds] of CASES) test(`${what} is ${holds ? 'as declared' : 'red'}`, () => assert.is(matches(answers), holds))

test('where SSH is closed outside, another declared port has to answer, and SSH must not', () => {
  const closed = exposure.asDeclared({ ...settings('SSH_PUBLIC=no', 'VPN_PEERS=me:10.8.0.2:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE='), road: 'tunnel' })
  assert.equal([{ open: [], refused: [80] }, { open: [22], refused: [80] }, { open: [], refused: [] }].map(closed.matches), [true, false, false])
})

test('the wish names the declared ports', () => assert.match(wants, '22, 80, 443'))

test('another port for ssh is knocked at, too, and at the right address', async () => {
  const asked: unknown[] = []
  const { host } = answering('fd00::10', { answers: async (address, family, ports) => { asked.push([address, family, ports.includes(2222), ports.includes(6443)]); return { open: [], refused: [] } } })
  await exposure.answering(host, settings('SSH_PORT=2222'), 4)()
  await exposure.answering(host, settings('SSH_PORT=2222'), 6)()
  await exposure.answering(host, settings('SSH_PORT=2222', 'HOST_IPV6=2001:db8::1'), 6)()
  assert.equal(asked, [['192.0.2.10', 4, true, true], ['fd00::10', 6, true, true], ['2001:db8::1', 6, true, true]])
})

test('from the host itself nothing can be told of its outside', async () => {
  assert.is((await rejects(exposure.answering(answering('').host, settings(), 4)())).kind, 'unverified')
})

test('a host without IPv6 is unverified and not closed', async () => {
  assert.is((await rejects(exposure.answering(answering('', {}).host, settings(), 6)())).kind, 'unverified')
})

test('every port is there once, and the ones that must never be open are among them', () => {
  assert.is(new Set(exposure.PORTS).size, exposure.PORTS.length)
  for (const port of [22, 2379, 5432, 6443, 10250]) assert.ok(exposure.PORTS.includes(port), String(port))
})

test.run()
