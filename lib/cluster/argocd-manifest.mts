import { readFile } from 'node:fs/promises'
import { badInput } from '../engine/failure.mts'
import { local } from '../host/artifact.mts'
import { loadVersions, pins } from '../host/versions.mts'
import { ARGOCD } from './argocd-namespace.mts'
import { parseObjects } from './gitops.mts'
import type { Config } from '../engine/config.mts'
import type { Fact } from '../engine/claim.mts'
import type { Manifest } from './manifest.mts'

const FILE = 'argocd-install.yaml'
const CLUSTER_WIDE = ['ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition']
// In the order in which each stands on those before it.
const KINDS = ['CustomResourceDefinition', 'ServiceAccount', 'Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding', 'ConfigMap', 'Secret', 'Service', 'Deployment', 'StatefulSet']
// Signing on by somebody else's accounts is no goal, and gitops/argocd closes the network in its own words.
const LEFT_OUT = ['argocd-dex-server']
/** Set up by Git; Argo CD itself keeps them so. */
export const OF_GIT = ['ConfigMap argocd-cm', 'ConfigMap argocd-cmd-params-cm', 'ConfigMap argocd-rbac-cm']
/** Written by claims of their own: admin's password, and the host key of the Git server. */
export const OF_OTHERS = ['Secret argocd-secret', 'ConfigMap argocd-ssh-known-hosts-cm']

type Container = { readonly imagePullPolicy?: string }
type Workload = { readonly replicas?: number, readonly template: { readonly spec: { readonly containers: readonly Container[], readonly initContainers?: readonly Container[] } } }

/** What is installed of the pinned manifest, its bytes verified just now. */
export function manifest(config: Config, folder: string): Fact<Manifest[]> {
  let last: { text: string, objects: Manifest[] } | undefined
  return async () => {
    const pin = pins(loadVersions(folder), 'argocd').find(({ file }) => file === FILE)
    if (pin === undefined) throw badInput(`versions.yaml has no ${FILE} under argocd`)
    const text = await readFile(await local(pin, config), 'utf8')
    if (last?.text !== text) last = { text, objects: rendered(text) }
    return last.objects
  }
}

/** The objects of Argo CD's own manifest as they are installed, in order: without Dex, without what Git or another claim owns. */
export function rendered(text: string): Manifest[] {
  const owned = (object: Manifest) => [...OF_GIT, ...OF_OTHERS].includes(`${object.kind} ${object.metadata.name}`)
  return parseObjects(text, FILE)
    .filter(object => object.kind !== 'NetworkPolicy' && !LEFT_OUT.includes(object.metadata.name) && !owned(object))
    .map(object => started(placed(object)))
    .sort((one, other) => KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind))
}

/** The manifest leaves the namespace to whoever applies it; in its bindings it is written already. */
function placed(object: Manifest): Manifest {
  return CLUSTER_WIDE.includes(object.kind) ? object : { ...object, metadata: { ...object.metadata, namespace: ARGOCD } }
}

/** One of each, and from images that are there: a reboot must not need a registry. */
function started(object: Manifest): Manifest {
  if (!['Deployment', 'StatefulSet'].includes(object.kind)) return object
  const spec = object.spec as Workload
  const { containers, initContainers } = spec.template.spec
  const present = (all: readonly Container[]) => all.map(container => ({ ...container, imagePullPolicy: 'IfNotPresent' }))
  const pod = { ...spec.template.spec, containers: present(containers), ...(initContainers && { initContainers: present(initContainers) }) }
  return { ...object, spec: { replicas: 1, ...spec, template: { ...spec.template, spec: pod } } }
}
