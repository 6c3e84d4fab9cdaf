import { APPLICATIONS } from './applications.mts'
import { ARGOCD } from './argocd-namespace.mts'
import { revisionsOf, short, type Application } from './application.mts'
import { longestSilence } from './reconciliation.mts'
import { refresh } from './refresh.mts'
import type { Declared } from './gitops.mts'
import type { Fact, State } from '../engine/claim.mts'
import type { Kube } from './kube.mts'

export type HeadRead = {
  /** The commit that the branch is at, and the one that the root Application was compared with last. */
  readonly head: string
  readonly read: string
  /** How long ago Argo CD looked, and how long ago it may be at most. */
  readonly secondsAgo: number | 'never'
  readonly atMost: number
  /** What it has to say against the repository. */
  readonly errors: readonly string[]
}

/** The head of the branch, as Argo CD has read it; where it has not yet, it is asked to look. */
export function headRead(kube: Kube, gitops: Fact<Declared>): State<HeadRead> {
  const list = () => kube.list<Application>(APPLICATIONS)
  return {
    async read() {
      const [{ head, applications: [root], settings }, live, now] = await Promise.all([gitops(), list(), kube.clock()])
      return parseHeadRead(head, live.find(({ metadata: { namespace, name } }) => namespace === ARGOCD && name === root?.metadata.name), now, longestSilence(settings))
    },
    want: {
      wants: 'the repository at its head, lately, and no errors',
      matches: ({ head, read, secondsAgo, atMost, errors }) => read === head && secondsAgo !== 'never' && secondsAgo <= atMost && errors.length === 0,
    },
    async act() {
      await refresh(kube, (await list()).filter(({ metadata }) => metadata.namespace === ARGOCD).map(({ metadata }) => metadata.name))
    },
  }
}

/** What the root Application tells of its last reading, at this moment in milliseconds. */
export function parseHeadRead(head: string, root: Application | undefined, now: number, atMost: number): HeadRead {
  const { reconciledAt, conditions = [] } = root?.status ?? {}
  return {
    head: short(head), read: short((root && revisionsOf(root)[0]) ?? 'nothing'), atMost,
    secondsAgo: reconciledAt === undefined ? 'never' : Math.max(0, Math.round((now - Date.parse(reconciledAt)) / 1000)),
    errors: conditions.filter(({ type }) => type.endsWith('Error')).map(({ type, message = '' }) => `${type}: ${message.split('\n')[0] ?? ''}`),
  }
}
