import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { asFailure, Failure, unverified } from '../../lib/engine/failure.mts'
import { play, settings, stage, thing, verdicts } from './stage.mts'
import type { Drill } from '../../lib/engine/claim.mts'

const test = suite('run')
const red = async (): Promise<string> => 'red'
const green = async (): Promise<string> => 'green'
const unseen = async (): Promise<string> => { throw unverified('no route') }

test('claims are judged in order, and one red line ends nothing', async () => {
  const played = await play(async ({ check }) => {
    await check('B1', 'one', red, 'green')
    await check('B2', 'two', green, 'green')
  })
  assert.equal(verdicts(played), ['B1 failed', 'B2 ok'])
})

test('what needs a red claim is blocked, down to the last, and is not read', async () => {
  let reads = 0
  const counted = async () => { reads += 1; return 'green' }
  const { outcomes } = await play(async ({ check }) => {
    await check('B1', 'one', red, 'green')
    await check('B2', 'two', counted, 'green', { needs: ['B1'] })
    await check('B3', 'three', counted, 'green', { needs: ['B2'] })
  })
  assert.equal(outcomes.map(({ verdict }) => verdict), ['failed', 'blocked', 'blocked'])
  assert.equal([outcomes[1]?.why, reads], [['needs    B1'], 0])
})

test('what needs a planned claim is planned where it does not hold or cannot be read yet', async () => {
  const played = await play(async ({ check, ensure }) => {
    await ensure('B1', 'one', thing('red', 'green'))
    await check('B2', 'two', red, 'green', { needs: ['B1'] })
    await check('B3', 'three', async (): Promise<string> => { throw new Error('no such command') }, 'green', { needs: ['B1'] })
    await check('B4', 'four', green, 'green', { needs: ['B1'] })
  }, { mode: 'plan' })
  assert.equal(verdicts(played), ['B1 planned', 'B2 planned', 'B3 planned', 'B4 ok'])
})

test('a reader that throws is red, with its words, and the next claim is judged', async () => {
  const { outcomes } = await play(async ({ check }) => {
    await check('B1', 'one', async (): Promise<string> => { throw new Error('no such command') }, 'green')
    await check('B2', 'two', green, 'green')
  })
  assert.equal(outcomes.map(({ verdict }) => verdict), ['failed', 'ok'])
  assert.equal(outcomes[0]?.why, ['no such command', 'next     docs/90-play.md#b1'])
})

test('a reading that cannot be made is unverified, and never a pass', async () => {
  const played = await play(async ({ check }) => { await check('B1', 'one', unseen, 'green') })
  assert.equal(verdicts(played), ['B1 unverified'])
})

test('a waiver lets what is unverified pass, and blocks nobody', async () => {
  const played = await play(async ({ check }) => {
    await check('B1', 'one', unseen, 'green')
    await check('B2', 'two', green, 'green', { needs: ['B1'] })
  }, {}, { config: settings('WAIVE=B1') })
  assert.equal(verdicts(played), ['B1 waived', 'B2 ok'])
})

test('a waiver never lets a failure pass', async () => {
  const played = await play(async ({ check }) => { await check('B1', 'one', red, 'green') }, {}, { config: settings('WAIVE=B1') })
  assert.equal(verdicts(played), ['B1 failed'])
})

test('only these claims, or those from one on', async () => {
  const body: Parameters<typeof play>[0] = async ({ check }) => {
    for (const id of ['B1', 'B2', 'B3']) await check(id, id, green, 'green')
  }
  assert.equal(verdicts(await play(body, { only: ['B3', 'B1'] })), ['B1 ok', 'B3 ok'])
  assert.equal(verdicts(await play(body, { from: 'B2' })), ['B2 ok', 'B3 ok'])
})

for (const kind of ['lost', 'input', 'locked', 'interrupted'] as const) {
  test(`a claim that meets "${kind}" is red and ends the run`, async () => {
    const { outcomes, ended } = await play(async ({ check }) => {
      await check('B1', 'one', async (): Promise<string> => { throw new Failure('gone', {}, kind) }, 'green')
      await check('B2', 'two', green, 'green')
    })
    assert.equal([outcomes.map(({ verdict }) => verdict), asFailure(ended).kind], [['failed'], kind])
  })
}

test('an interruption ends the run before the next claim', async () => {
  const abort = new AbortController()
  const { outcomes, ended } = await play(async ({ check }) => {
    await check('B1', 'one', async () => { abort.abort(new Failure('interrupted', {}, 'interrupted')); return 'green' }, 'green')
    await check('B2', 'two', green, 'green')
  }, {}, { signal: abort.signal })
  assert.equal([outcomes.length, asFailure(ended).kind], [1, 'interrupted'])
})

test('what a killed run left armed is settled first, and only by a run that writes', async () => {
  for (const [mode, expected] of [['apply', ['settle']], ['plan', []], ['verify', []]] as const) {
    const { host, said } = stage()
    await play(async ({ check }) => { await check('B1', 'one', green, 'green') }, { mode }, { host })
    assert.equal(said, expected)
  }
})

test('a reader that returns its wish passes, and the claim that looks elsewhere turns red', async () => {
  const world = thing('open', 'closed', { sticks: false })
  const { outcomes } = await play(async ({ check, ensure }) => {
    await ensure('B1', 'the file says closed', { ...world, read: async () => 'closed' })
    await check('B2', 'the port is closed', world.read, 'closed')
  })
  assert.equal(outcomes.map(({ verdict }) => verdict), ['ok', 'failed'])
})

test('a drill replays the claims above it that held, and names those that do not hold any more', async () => {
  let now = 'green'
  const reboot: Drill<string, string[]> = {
    effect: 'node', before: async () => 'boot-1', disturb: async () => { now = 'red' }, after: (_, replay) => replay(), want: () => [],
  }
  const { outcomes } = await play(async ({ check, drill }) => {
    await check('B1', 'one', red, 'green')
    await check('B2', 'two', async () => now, oneTry('green'))
    await drill('B3', 'a reboot changes none of it', reboot)
  }, { drills: true })
  assert.equal(outcomes.map(({ verdict }) => verdict), ['failed', 'ok', 'failed'])
  assert.match(outcomes[2]?.why?.join() ?? '', 'B2')
  assert.not.match(outcomes[2]?.why?.join() ?? '', 'B1')
})

/** A wish that a replay does not wait two minutes for: the reading itself ends the wait. */
function oneTry(wish: string): { wants: string, matches: (found: string) => boolean } {
  return { wants: wish, matches: found => { if (found === wish) return true; throw new Error(`is ${found}`) } }
}

test.run()
