import { APPLICATIONS } from './applications.mts'
import { ARGOCD } from './argocd-namespace.mts'
import type { Application } from './application.mts'
import type { Fact } from '../engine/claim.mts'
import type { Want } from '../engine/want.mts'
import type { Kube } from './kube.mts'

export type Automation = {
  /** The Applications that follow Git by themselves: what is new is synced, what is gone pruned, what is changed by hand healed. */
  readonly alone: readonly string[]
  /** The others, each with what it does not do. */
  readonly byHand: readonly string[]
}

/** What the Applications in the cluster do by themselves, whoever made them. */
export function automation(kube: Kube): Fact<Automation> {
  return async () => parseAutomation(await kube.list<Application>(APPLICATIONS))
}

/** Every one of them does all of it. */
export const allAlone: Want<Automation> = { alone: { wants: 'every Application', matches: found => found.length > 0 }, byHand: [] }

/** What the API lists, sorted by name. */
export function parseAutomation(applications: readonly Application[]): Automation {
  const judged = applications.map(application => ({ name: called(application), lacks: lacking(application) })).sort((one, other) => (one.name < other.name ? -1 : 1))
  return {
    alone: judged.filter(({ lacks }) => lacks.length === 0).map(({ name }) => name),
    byHand: judged.filter(({ lacks }) => lacks.length > 0).map(({ name, lacks }) => `${name} ${lacks.join(', ')}`),
  }
}

function lacking({ metadata: { annotations = {} }, spec: { syncPolicy: { automated } = {} } }: Application): string[] {
  const on = automated !== undefined && automated.enabled !== false
  return [
    ...(annotations['argocd.argoproj.io/skip-reconcile'] === 'true' ? ['is paused by skip-reconcile'] : []),
    ...(on ? [] : ['does not sync']),
    ...(on && automated.prune === true ? [] : ['does not prune']),
    ...(on && automated.selfHeal === true ? [] : ['does not heal']),
  ]
}

function called({ metadata: { namespace = '', name } }: Application): string {
  return namespace === ARGOCD ? name : `${namespace}/${name}`
}
