import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as judge from '../../lib/engine/judge.mts'
import { rejects } from '../rejects.mts'
import { bench, play, settings, stage, verdicts } from './stage.mts'
import type { Drill } from '../../lib/engine/claim.mts'

const test = suite('drill')
const none = async () => []

/** A pod whose row should outlive it, and what was done to it. */
function pod({ survives = true, disturbs = async () => {} } = {}): { drill: Drill<number, number>, done: string[] } {
  const done: string[] = []
  let rows = 7
  const drill: Drill<number, number> = {
    effect: 'pod',
    before: async () => rows,
    async disturb() {
      done.push('disturb')
      await disturbs()
      if (!survives) rows = 0
    },
    after: async () => rows,
    want: before => before,
    restore: async before => void done.push(`restore ${before}`),
  }
  return { drill, done }
}

test('before and after are meant to be equal, and each step\'s seconds are part of what was found', async () => {
  const { verdict, want, found } = await judge.drill(bench('apply'), 'P4', pod().drill, none)
  assert.equal([verdict, want], ['ok', 7])
  const { after, seconds } = found as { after: number, seconds: Record<string, number> }
  assert.equal([after, Object.keys(seconds)], [7, ['before', 'disturb', 'after']])
})

test('what did not survive is red', async () => {
  const { verdict, why } = await judge.drill(bench('apply'), 'P4', pod({ survives: false }).drill, none)
  assert.equal([verdict, why], ['failed', ['- 0', '+ 7']])
})

test('the world is put back after a success', async () => {
  const { drill, done } = pod()
  await judge.drill(bench('apply'), 'P4', drill, none)
  assert.equal(done, ['disturb', 'restore 7'])
})

test('the world is put back after a failure', async () => {
  const { drill, done } = pod({ disturbs: async () => { throw new Error('kubectl died') } })
  assert.is((await rejects(judge.drill(bench('apply'), 'P4', drill, none))).message, 'kubectl died')
  assert.equal(done, ['disturb', 'restore 7'])
})

test('the note of what was before is on the host before the disturbance, and gone after the restoration', async () => {
  const { host, said } = stage()
  const { drill } = pod({ disturbs: async () => void said.push('disturb') })
  await judge.drill(bench('apply', host), 'P4', drill, none)
  assert.equal(said, ['note P4', 'disturb', 'forget', 'forget note P4'])
})

test('a restoration that fails is told, and its note stays', async () => {
  const notes = {}
  const drill = { ...pod().drill, restore: async () => { throw new Error('no way back') } }
  const failure = await rejects(judge.drill(bench('apply', stage(notes).host), 'P4', drill, none))
  assert.is(failure.message, 'no way back')
  assert.equal(notes, { P4: 7 })
})

test('a note that a killed run left is restored from before anything is judged', async () => {
  const notes = { P4: 7 }
  const { host, said } = stage(notes)
  const { drill, done } = pod()
  const { outcomes } = await play(async ({ drill: claim }) => { await claim('P4', 'a row survives its pod', drill) }, {}, { host })
  assert.equal([done, notes, said], [['restore 7'], {}, ['settle', 'forget note P4']])
  assert.is(outcomes[0]?.verdict, 'due')
})

test('what cannot be put back yet is put back when the claims before it have mended what it needs, and else is red with its note kept', async () => {
  let mended = false
  const restore = async () => { if (!mended) throw new Error('the API server does not answer') }
  const run = (repairs: boolean, notes: Record<string, unknown>) => play(async ({ check, drill: claim }) => {
    await check('P1', 'the cluster is there', async () => { mended = repairs; return true }, true)
    await claim('P4', 'a row survives its pod', { ...pod().drill, restore })
  }, {}, { host: stage(notes).host })
  const [kept, gone] = [{ P4: 7 }, { P4: 7 }]
  assert.equal([verdicts(await run(false, kept)), kept], [['P1 ok', 'P4 failed'], { P4: 7 }])
  assert.equal([verdicts(await run(true, gone)), gone], [['P1 ok', 'P4 due'], {}])
})

test('a plan and a verification restore nothing and disturb nothing', async () => {
  for (const mode of ['plan', 'verify'] as const) {
    const notes = { P4: 7 }
    const { drill, done } = pod()
    const played = await play(async ({ drill: claim }) => { await claim('P4', 'a row survives its pod', drill) }, { mode, drills: true }, { host: stage(notes).host })
    assert.equal([done, notes, verdicts(played)], [[], { P4: 7 }, ['P4 due']])
  }
})

test('a drill that reaches the cluster\'s data runs only on a disposable host', async () => {
  const body = (drill: Drill<number, number>) => play(async ({ drill: claim }) => { await claim('K9', 'it comes back', { ...drill, effect: 'cluster' }) }, { drills: true })
  const { drill, done } = pod()
  assert.equal([verdicts(await body(drill)), done], [['K9 due'], []])
  const disposable = await play(async kit => { await kit.drill('K9', 'it comes back', { ...drill, effect: 'cluster' }) }, { drills: true }, { config: settings('DISPOSABLE=yes') })
  assert.equal([verdicts(disposable), done], [['K9 ok'], ['disturb', 'restore 7']])
})

test.run()
