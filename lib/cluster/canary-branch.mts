import { Failure } from '../engine/failure.mts'
import { DRILL_BRANCH } from '../host/branch.mts'
import { short, trouble, type Application } from './application.mts'
import { commitsOf } from './applications.mts'
import { ARGOCD } from './argocd-namespace.mts'
import { answerOf, CANARY, siteOf } from './canary.mts'
import { patiently } from './patience.mts'
import { refresh } from './refresh.mts'
import { seenFrom, type Web } from './web.mts'
import type { Config } from '../engine/config.mts'
import type { Fact } from '../engine/claim.mts'
import type { Clone, Repository } from '../host/ssh-git.mts'
import type { Host } from '../host/host.mts'
import type { Declared } from './gitops.mts'
import type { Kube } from './kube.mts'

/** What a drill with commits starts from: the commit that the canary is at, and its name and page outside. */
export type Canary = { readonly head: string, readonly name: string, readonly page: string }

/** The branch of the drills, and the one Application that follows it. */
export type CanaryBranch = {
  /** The canary as Git has it; throws where it is not, since nothing it did would prove anything. */
  before(): Promise<Canary>
  /** Makes what is checked out the branch, and has Argo CD look. */
  show(clone: Clone): Promise<void>
  /** What is wrong with the canary, measured by this commit; nothing where it is synced with it and healthy. */
  wrong(commit: string): Promise<string[]>
  application(): Promise<Application>
  /** What somebody outside gets. */
  page(canary: Canary): () => Promise<string>
  /** Makes the branch again what Argo CD follows elsewhere, and waits for the canary, as long as that is worth it. */
  restore(canary: Canary): Promise<void>
}

/** The drills' one way to the canary; whatever they do to its branch, nobody's working tree and no other branch is touched. */
export function canaryBranch(host: Host, config: Config, web: Web, kube: Kube, gitops: Fact<Declared>, repository: Repository, patience = '90s'): CanaryBranch {
  const application = () => kube.get<Application>(`/apis/argoproj.io/v1alpha1/namespaces/${ARGOCD}/applications/${CANARY}`)
  const page = ({ name }: Canary) => () => web('http', name)

  async function wrong(commit: string): Promise<string[]> {
    const found = await application()
    // How old the reading is says nothing here: the commit itself tells that it is a new one.
    return trouble(found, { spec: found.spec, commitOf: commitsOf(repository.url, { [DRILL_BRANCH]: commit }), now: 0, patience: Infinity })
  }

  /** What keeps the canary from being what Git has, in the end. */
  async function held(canary: Canary): Promise<string[]> {
    return patiently(patience, async () => {
      const answer = await page(canary)()
      const last = [...await wrong(canary.head), ...(answer === answerOf(canary.page) ? [] : [`outside: ${answer.slice(0, 200)}`])]
      return { done: last.length === 0, last }
    })
  }

  return {
    application, page, wrong,
    async before() {
      seenFrom(host)
      const found = await gitops()
      const canary = { head: found.head, ...siteOf(found) }
      const last = await held(canary)
      if (last.length === 0) return canary
      throw new Failure('the canary is not what Git has, so nothing is tried with it', { expected: `synced with ${short(canary.head)}, healthy, and its page outside`, found: last.join('; '), waited: patience, next: `kubectl -n argocd describe application ${CANARY}` })
    },
    async show(clone) {
      await clone.push(DRILL_BRANCH)
      await refresh(kube, [CANARY])
    },
    async restore(canary) {
      const heads = await repository.heads()
      if (heads[DRILL_BRANCH] !== heads[config.GITOPS_BRANCH]) await repository.clone(config.GITOPS_BRANCH, clone => clone.push(DRILL_BRANCH))
      await refresh(kube, [CANARY])
      // The branch is put back; that the canary follows is A16's to say, and whoever comes next should not meet it on its way.
      await held({ ...canary, head: heads[config.GITOPS_BRANCH] ?? canary.head })
    },
  }
}
