import { Failure } from '../engine/failure.mts'
import { APPLICATIONS, synced } from './applications.mts'
import { ARGOCD } from './argocd-namespace.mts'
import { bootedAt } from './pods.mts'
import { refresh } from './refresh.mts'
import type { Application } from './application.mts'
import type { Fact } from '../engine/claim.mts'
import type { Repository } from '../host/ssh-git.mts'
import type { Host } from '../host/host.mts'
import type { Declared } from './gitops.mts'
import type { Kube } from './kube.mts'

/**
 * How many Applications are synced and healthy in this boot; throws as long as any is not, for a deadline to wait on. What
 * Argo CD said before the boot does not count: it is asked to look again, and has to have done so.
 */
export function settled(host: Host, kube: Kube, gitops: Fact<Declared>, repository: Repository): Fact<number> {
  const reading = synced(kube, gitops, repository)
  let asked = ''
  return async () => {
    const [boot, booted, live] = await Promise.all([host.boot(), bootedAt(host), kube.list<Application>(APPLICATIONS)])
    const ours = live.filter(({ metadata }) => metadata.namespace === ARGOCD)
    if (asked !== boot) await refresh(kube, ours.map(({ metadata }) => metadata.name))
    asked = boot
    const { well, unwell } = await reading()
    const old = ours.filter(({ status }) => Date.parse(status?.reconciledAt ?? '1970-01-01') < booted).map(({ metadata }) => `${metadata.name}: not looked at in this boot`)
    if (old.length + unwell.length === 0) return Object.keys(well).length
    throw new Failure('not every Application is synced and healthy', { found: [...old, ...unwell].join(' | '), next: 'kubectl -n argocd get applications,pods' })
  }
}
