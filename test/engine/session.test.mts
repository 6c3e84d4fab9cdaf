import { appendFileSync, chmodSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checkChain } from '../../lib/engine/chain.mts'
import { place } from '../../lib/engine/evidence.mts'
import { play, playhouse, start, type Playhouse } from './playhouse.mts'

const test = suite('session')

/** The verdicts a run printed, such as `X1 changed`. */
function verdicts(out: string): string[] {
  return [...out.matchAll(/^(X\d)\s+(\w+)/gm)].map(([, id, verdict]) => `${id} ${verdict}`)
}

async function untouched({ folder, key }: Playhouse): Promise<boolean[]> {
  const { flaws, runs } = await checkChain(join(folder, 'evidence', place()), key)
  assert.equal(flaws, [])
  return runs.map(({ finished }) => finished)
}

async function appears(house: Playhouse, name: string): Promise<void> {
  for (let tries = 0; tries < 2400 && !house.has(name); tries += 1) await sleep(25)
}

test('the first run changes, the second finds it done; each leaves its signed evidence', async () => {
  const house = playhouse()
  const first = await play(house)
  assert.equal([first.code, verdicts(first.out)], [0, ['X1 changed', 'X2 ok', 'X3 ok', 'X4 ok', 'X5 due']], first.err)
  assert.match(first.out, /^90-play: 5 claims: 3 ok, 1 changed, 0 failed, 1 due; /m)
  const second = await play(house)
  assert.equal([second.code, verdicts(second.out)[0]], [0, 'X1 ok'])
  assert.equal(await untouched(house), [true, true])
})

test('a plan writes nothing at all: no act, no evidence', async () => {
  const house = playhouse()
  const before = readdirSync(house.folder)
  const { code, out } = await play(house, '--plan')
  assert.equal([code, verdicts(out)[0], readdirSync(house.folder)], [0, 'X1 planned', before])
})

test('a verification acts on nothing, fails on a difference, and is evidence', async () => {
  const house = playhouse()
  const { code, out } = await play(house, '--verify')
  assert.equal([code, verdicts(out).slice(0, 2), house.has('lamp')], [1, ['X1 failed', 'X2 blocked'], false])
  assert.equal(await untouched(house), [true])
})

test('an act without effect ends with 1, and one broken thing is one red line', async () => {
  const house = playhouse()
  house.put('no-power')
  const { code, out } = await play(house)
  assert.equal([code, verdicts(out)], [1, ['X1 failed', 'X2 blocked', 'X3 ok', 'X4 ok', 'X5 due']])
  assert.match(out, 'the act ran, and its effect is not there')
})

test('what is unverified ends with 1, unless it is waived by name', async () => {
  const house = playhouse()
  house.put('no-route')
  assert.is((await play(house)).code, 1)
  appendFileSync(join(house.folder, '.env'), 'WAIVE=X3\n')
  const { code, out } = await play(house)
  assert.equal([code, verdicts(out)[2]], [0, 'X3 waived'])
})

test('one JSON object a line says the same', async () => {
  const { code, out } = await play(playhouse(), '--json')
  const lines = out.trim().split('\n').map(line => JSON.parse(line) as { id: string, verdict: string })
  assert.equal([code, lines.map(({ id }) => id), lines[0]?.verdict], [0, ['X1', 'X2', 'X3', 'X4', 'X5'], 'changed'])
})

test('a claim that is not there is bad input, and nothing is touched', async () => {
  const house = playhouse()
  const { code, err } = await play(house, '--only', 'X1,X9')
  assert.equal([code, house.has('lamp'), house.evidence()], [2, false, []])
  assert.match(err, /^90-play: no such claim: X9\n {2}expected X1 X2 X3 X4 X5$/m)
})

// A note of what is disturbed is left where only root may write.
const asRoot = process.getuid?.() === 0 ? test : test.skip

asRoot('drills disturb only the host that was named', async () => {
  const house = playhouse()
  const unnamed = await play(house, '--drill')
  assert.equal([unnamed.code, house.has('lamp')], [2, false])
  assert.match(unnamed.err, '--drill --yes-disturb 192.0.2.10')
  assert.is((await play(house, '--drill', '--yes-disturb', 'another')).code, 2)
  const named = await play(house, '--drill', '--yes-disturb', '192.0.2.10')
  assert.equal([named.code, verdicts(named.out)[4], house.has('dark')], [0, 'X5 ok', false], named.err)
  assert.match((await play(house)).out, /last proved 20\d\d-/)
})

test('interrupted, a run puts back what it disturbed, ends with 130, and is unfinished', async () => {
  const house = playhouse()
  house.put('slow')
  const { child, told } = start(house, [])
  await appears(house, 'waiting')
  child.kill('SIGINT')
  rmSync(join(house.folder, 'slow'))
  child.kill('SIGINT')
  assert.is((await told).code, 130)
  assert.equal(await untouched(house), [false])
  assert.is((await play(house)).code, 0)
  assert.equal(await untouched(house), [false, true])
})

test('a run that is killed is unfinished, and the next one goes on after it', async () => {
  const house = playhouse()
  house.put('slow')
  const { child, told } = start(house, [])
  await appears(house, 'waiting')
  child.kill('SIGKILL')
  await told
  rmSync(join(house.folder, 'slow'))
  assert.is((await play(house)).code, 0)
  assert.equal(await untouched(house), [false, true])
})

test('a key that cannot sign is told, and ends with 1', async () => {
  const house = playhouse()
  chmodSync(house.key, 0o600)
  rmSync(house.key)
  const { code, err } = await play(house)
  assert.is(code, 1)
  assert.match(err, 'the evidence could not be signed')
})

test.run()
