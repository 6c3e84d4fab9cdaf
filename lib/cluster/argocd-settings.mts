import type { Declared } from './gitops.mts'
import type { Fact, State } from '../engine/claim.mts'
import type { Matcher } from '../engine/want.mts'
import type { Kube } from './kube.mts'

// Under the name that Argo CD itself applies by: so they have one owner from the first moment.
const OWNER = 'argocd-controller'
// Without these it starts with its own defaults.
const NEEDED = ['argocd-cm', 'argocd-cmd-params-cm', 'argocd-rbac-cm']

const allThere: Matcher<Record<string, string>> = { wants: 'each of gitops/argocd there', matches: found => Object.values(found).every(state => state === 'there') }

/** Whether the ConfigMaps that Argo CD starts with are there; absent ones are planted as Git has them, and from then on are its own. */
export function settings(kube: Kube, declared: Fact<Declared>): State<Record<string, string>> {
  return {
    async read() {
      const { settings } = await declared()
      const there = settings.map(async object => [object.metadata.name, await kube.find(object) ? 'there' : 'absent'] as const)
      const missing = NEEDED.filter(name => !settings.some(({ metadata }) => metadata.name === name)).map(name => [name, 'not in gitops/argocd'] as const)
      return Object.fromEntries([...await Promise.all(there), ...missing])
    },
    want: allThere,
    async act(found = {}) {
      for (const object of (await declared()).settings) if (found[object.metadata.name] !== 'there') await kube.apply(object, OWNER)
    },
  }
}
