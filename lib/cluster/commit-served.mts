import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { anything } from '../engine/want.mts'
import { DRILL_BRANCH } from '../host/branch.mts'
import { answerOf } from './canary.mts'
import { inTime, moments, type Moment } from './moments.mts'
import type { Drill } from '../engine/claim.mts'
import type { Repository } from '../host/ssh-git.mts'
import type { Canary, CanaryBranch } from './canary-branch.mts'

/** Seconds from the commit until Argo CD had synced it, until all of it was healthy too, and until somebody outside was served it. */
export type Served = {
  readonly synced: Moment
  readonly healthy: Moment
  readonly served: Moment
  /** What was wrong with the canary at the end, if anything. */
  readonly last: string
}

const PAGE = 'gitops/canary/index.html'

/** A commit to the branch of the drills changes the canary's page, and the new page is served. */
export function commitServed(branch: CanaryBranch, repository: Repository, within = '3m'): Drill<Canary, Served> {
  let found: Served = { synced: 'never', healthy: 'never', served: 'never', last: 'never looked at' }
  return {
    effect: 'pod',
    before: branch.before,
    async disturb(canary) {
      const line = `A drill has been here: ${randomBytes(5).toString('hex')}`
      const text = `${canary.page.trimEnd()}\n${line}\n`
      await repository.clone(DRILL_BRANCH, async clone => {
        await writeFile(join(clone.folder, PAGE), text)
        const start = performance.now()
        const commit = await clone.commit('drill: the canary says that somebody has been here')
        await branch.show(clone)
        const page = branch.page(canary)
        const seen = await moments(within, start, {
          synced: async () => { const { status } = await branch.application(); return status?.sync?.revision === commit && status.sync.status === 'Synced' },
          healthy: async () => (await branch.wrong(commit)).length === 0,
          served: async () => await page() === answerOf(text),
        })
        found = { ...seen, last: (await branch.wrong(commit)).join('; ') || 'nothing wrong' }
      })
    },
    after: async () => found,
    want: () => ({ synced: inTime, healthy: inTime, served: inTime, last: anything() }),
    restore: branch.restore,
  }
}
