import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import { Failure } from '../engine/failure.mts'
import { anything, atLeast } from '../engine/want.mts'
import { DRILL_BRANCH } from '../host/branch.mts'
import { answerOf, CANARY } from './canary.mts'
import { inTime, moments, type Moment } from './moments.mts'
import { patiently } from './patience.mts'
import { condition, serves, type Pod } from './pod.mts'
import { traffic, type Counted } from './traffic.mts'
import type { Drill } from '../engine/claim.mts'
import type { Repository } from '../host/ssh-git.mts'
import type { Canary, CanaryBranch } from './canary-branch.mts'
import type { Kube } from './kube.mts'

export type RolledBack = Counted & {
  /** Seconds from the bad commit until it was seen not to start, and from its revert until all was healthy again. */
  readonly seenBad: Moment
  readonly healthy: Moment
  /** What held up the pod that could not start. */
  readonly heldUp: string
  /** What was wrong with the canary at the end, if anything. */
  readonly last: string
}

const KUSTOMIZATION = 'gitops/canary/kustomization.yaml'
// Nobody ever publishes it, so no registry has it.
const NO_SUCH_TAG = 'no-such-version'
// Long enough that whoever is served by the pods that cannot start would be counted.
const LOOK_MS = 3000
const LEAST_REQUESTS = 30

/** A commit whose image cannot start is seen, its revert heals it, and whoever asks outside meanwhile is served by the old pods. */
export function rollback(branch: CanaryBranch, repository: Repository, kube: Kube, within = '3m', look = LOOK_MS, every?: number): Drill<Canary, RolledBack> {
  let found: RolledBack = { seenBad: 'never', healthy: 'never', heldUp: 'nothing', last: 'never looked at', requests: 0, failed: 0, first: 'none' }

  /** The pods whose image nobody has. */
  const stuck = async () => (await kube.list<Pod>(`/api/v1/namespaces/${CANARY}/pods`)).filter(pod => !serves(pod) && pod.spec.containers.some(({ image = '' }) => image.endsWith(`:${NO_SUCH_TAG}`)))

  async function bad(commit: string): Promise<boolean> {
    const { status } = await branch.application()
    if (status?.sync?.revision !== commit || status.health?.status === 'Healthy') return false
    // One that has not been tried yet has not failed.
    const [pod] = (await stuck()).filter(pod => !condition(pod).includes('ContainerCreating'))
    if (pod) found = { ...found, heldUp: condition(pod) }
    return pod !== undefined
  }

  const well = async (commit: string) => (await branch.wrong(commit)).length === 0 && (await stuck()).length === 0

  return {
    effect: 'pod',
    before: branch.before,
    async disturb(canary) {
      const outside = traffic(branch.page(canary), answerOf(canary.page), every)
      try {
        await repository.clone(DRILL_BRANCH, async clone => {
          await writeFile(join(clone.folder, KUSTOMIZATION), withTag(await readFile(join(clone.folder, KUSTOMIZATION), 'utf8')))
          const start = performance.now()
          const commit = await clone.commit('drill: a version of the canary that cannot start')
          await branch.show(clone)
          const { seenBad } = await moments(within, start, { seenBad: () => bad(commit) })
          await patiently(`${look}ms`, async () => ({ done: false, last: outside.answered() }))
          const again = performance.now()
          const revert = await clone.revert()
          await branch.show(clone)
          const { healthy } = await moments(within, again, { healthy: () => well(revert) })
          found = { ...found, seenBad, healthy, last: (await branch.wrong(revert)).join('; ') || 'nothing wrong' }
        })
      } finally {
        found = { ...found, ...await outside.stop() }
      }
    },
    after: async () => found,
    want: () => ({ seenBad: inTime, healthy: inTime, heldUp: anything(), last: anything(), requests: atLeast(LEAST_REQUESTS), failed: 0, first: anything() }),
    restore: branch.restore,
  }
}

/** The kustomization with a tag in it that no registry has; the comments stay. */
export function withTag(kustomization: string): string {
  const document = parseDocument(kustomization)
  if (!document.hasIn(['images', 0, 'newTag'])) throw new Failure(`${KUSTOMIZATION} names no image whose tag could be changed`, { expected: 'images: with a newTag', next: 'docs/gitops.md' })
  document.setIn(['images', 0, 'newTag'], NO_SUCH_TAG)
  return document.toString()
}
