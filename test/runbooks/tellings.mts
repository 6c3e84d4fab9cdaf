import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { claims, type Phase } from '../../lib/engine/phase.mts'
import { having, recordedSettings, tell, type Story, type Telling } from '../host/fake.mts'

/** What was not a pass, for a test's message. */
export function told({ outcomes }: Story): string {
  return outcomes.filter(({ verdict }) => !['ok', 'due'].includes(verdict)).map(({ id, verdict, why }) => `${id} ${verdict} ${why?.join(' | ')}`).join('\n')
}

/** What holds for every phase, told on the hosts that were recorded before it and after; `changes` are the claims that act on a fresh one. */
export async function tellings(test: ReturnType<typeof suite>, phase: Phase, changes: (changed: readonly string[]) => boolean, platform: Pick<Telling, 'folder' | 'lines'> = {}): Promise<void> {
  const fresh = await tell(phase, 'bare', 'converged', platform)
  const changed = having(fresh, 'changed')

  test('fresh: every claim holds at the end', () => {
    assert.equal(having(fresh, 'failed', 'blocked', 'unverified', 'planned'), [], told(fresh))
  })

  test('fresh: what differs is changed, each thing once', () => {
    assert.ok(changes(changed), changed.join(' '))
    const files = fresh.writes.filter(write => write.includes(': /'))
    assert.equal(files.length, new Set(files).size, files.join('\n'))
    assert.equal([...new Set(fresh.writes.map(write => write.split(':')[0]))].filter(id => id !== ''), changed)
  })

  test('converged: everything is ok, and nothing is written', async () => {
    const again = await tell(phase, 'converged', 'converged', platform)
    assert.equal([having(again, 'changed', 'failed', 'blocked', 'unverified'), again.writes], [[], []], told(again))
  })

  test('plan: every change is shown, and nothing is written', async () => {
    const plan = await tell(phase, 'bare', 'converged', { ...platform, mode: 'plan' })
    assert.equal([having(plan, 'failed', 'blocked', 'changed'), plan.writes], [[], []], told(plan))
    for (const id of changed) assert.ok(having(plan, 'planned').includes(id), id)
  })

  test('plan: on a converged host there is nothing to change', async () => {
    const plan = await tell(phase, 'converged', 'converged', { ...platform, mode: 'plan' })
    assert.equal([having(plan, 'planned', 'failed'), plan.writes], [[], []], told(plan))
  })

  test('verify: a bare host is red where it differs, and nothing is written', async () => {
    const verify = await tell(phase, 'bare', 'bare', { ...platform, mode: 'verify' })
    assert.ok(having(verify, 'failed').length > 0)
    assert.equal([having(verify, 'changed', 'planned'), verify.writes], [[], []])
  })

  for (const id of changed) {
    test(`an act of ${id} that does not stick is a failure`, async () => {
      const story = await tell(phase, 'bare', 'converged', { ...platform, only: [id], stuck: id })
      assert.equal(having(story, 'failed', 'unverified'), [id], told(story))
    })
  }

  test('it disturbs only when it is asked to', async () => {
    const drills = (await claims(phase, recordedSettings())).filter(({ kind }) => kind === 'drill').map(({ id }) => id)
    assert.equal(having(fresh, 'due'), drills)
  })
}
