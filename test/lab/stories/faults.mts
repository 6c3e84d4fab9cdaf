import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { FAULTS } from '../faults.mts'
import { fixes, operator, paste } from './fixes.mts'
import { having, told, type Ended, type Ground } from './ground.mts'
import type { Fault } from '../fault.mts'

const STEMS: Record<string, string> = { S: '00-prepare', B: '01-baseline', W: '02-wireguard', K: '03-k3s', A: '04-argocd' }

/**
 * Each fault alone: exactly its claim turns red; the page's remedy, pasted, turns it green. That no other claim turns
 * red is read on one operating system (`others`); on the next ones the claim itself is.
 */
export function faultStories(name: string, ground: Ground, letters: string, { others }: { others: boolean }): void {
  const test = suite(`${name}: faults`)

  test.before(() => ground.converged())

  for (const fault of FAULTS.filter(({ claim }) => letters.includes(claim.charAt(0)))) {
    test(`${fault.claim} turns red, alone, when ${fault.fault}; the page's remedy turns it green`, async () => {
      const { lab, run } = ground
      const stem = STEMS[fault.claim.charAt(0)] ?? ''
      const mode = [...(fault.instead ? [fault.instead] : []), ...(fault.drill ? ['--drill', '--yes-disturb', lab.ipv4] : ['--verify'])]
      const only = fault.drill || fault.instead || !others ? ['--only', fault.claim] : []
      await inject(ground, fault)

      const reds = (ended: Ended) => having(ended, 'failed', 'unverified')
      let broken = await run(stem, ...mode, ...only)
      // What was broken on purpose may take something with it for a moment: a service that starts anew.
      for (let tries = 0; tries < 5 && reds(broken).length > 1; tries += 1) {
        await sleep(5000)
        broken = await run(stem, ...mode, ...only)
      }

      if (fault.undo) await (fault.server ? lab.exec(fault.undo) : operator(lab, fault.undo))
      const remedies = fixes(stem, fault.claim)
      for (const remedy of remedies) await paste(lab, remedy)
      assert.ok(remedies.length > 0, `docs/${stem}.md has no fix under ### ${fault.claim}`)
      assert.equal(reds(broken), [fault.claim], told(broken))
      assert.is.not(broken.code, 0)

      const mended = await run(stem, ...mode, '--only', fault.claim)
      assert.equal(having(mended, 'failed', 'unverified', 'blocked'), [], told(mended))
    })
  }

  test('after all of that the host is as it was', async () => {
    for (const letter of letters) {
      const stem = STEMS[letter] ?? ''
      const ended = await ground.run(stem)
      assert.equal(having(ended, 'changed', 'failed', 'blocked', 'unverified'), [], told(ended))
    }
  })

  test.run()
}

async function inject({ lab }: Ground, { server, operator: here }: Fault): Promise<void> {
  if (server) await lab.exec(server)
  if (here) await operator(lab, here)
}
