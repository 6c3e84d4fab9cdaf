import { stringify } from 'yaml'
import { called, type Manifest } from '../../lib/cluster/manifest.mts'
import { plainSecrets } from '../../lib/secrets/plain-secret.mts'
import { exposed, unguarded } from './network.mts'
import { unruly } from './workloads.mts'

const CLUSTER = ['ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition', 'Namespace', 'PriorityClass', 'StorageClass']
const ENFORCE = 'pod-security.kubernetes.io/enforce'

/** What in an app's rendered objects breaks the rules of `gitops/`, one line each, the object first; nothing for an app as it has to be. */
export function violations(objects: readonly Manifest[]): string[] {
  return [...unruly(objects), ...exposed(objects), ...unguarded(objects), ...homeless(objects), ...secretive(objects), ...contested(objects), ...lenient(objects), ...classless(objects)]
}

/** Objects that would land wherever whoever applies them happens to be. */
function homeless(objects: readonly Manifest[]): string[] {
  return objects.filter(({ kind, metadata }) => !metadata.namespace && !CLUSTER.includes(kind)).map(object => `${called(object)}: says no namespace`)
}

/** Secrets are named in Git, and lie elsewhere. */
function secretive(objects: readonly Manifest[]): string[] {
  return objects.flatMap(object => {
    const holds = object.kind === 'Secret' && ['data', 'stringData'].some(field => Object.keys(object[field] ?? {}).length > 0)
    return [...(holds ? ['a Secret with what it keeps'] : []), ...plainSecrets(stringify(object)).map(({ what }) => `${what} in clear`)].map(what => `${called(object)}: ${what}`)
  })
}

/** Git and an autoscaler would both say how many pods there are, in turns. */
function contested(objects: readonly Manifest[]): string[] {
  type Scaler = { readonly scaleTargetRef: { readonly kind: string, readonly name: string } }
  const scaled = objects.filter(({ kind }) => kind === 'HorizontalPodAutoscaler').map(({ metadata: { namespace = '' }, ...scaler }) => {
    const { scaleTargetRef: { kind, name } } = scaler['spec'] as Scaler
    return `${kind} ${namespace}/${name}`
  })
  return objects.filter(object => scaled.includes(called(object)) && (object['spec'] as { replicas?: number }).replicas !== undefined)
    .map(object => `${called(object)}: says its replicas, and an autoscaler does as well`)
}

function lenient(objects: readonly Manifest[]): string[] {
  return objects.filter(({ kind, metadata }) => kind === 'Namespace' && metadata.labels?.[ENFORCE] !== 'restricted').map(object => `${called(object)}: does not enforce restricted pods`)
}

function classless(objects: readonly Manifest[]): string[] {
  return objects.filter(({ kind, ...object }) => kind === 'Ingress' && (object['spec'] as { ingressClassName?: string }).ingressClassName !== 'traefik')
    .map(object => `${called(object)}: is not of the class traefik`)
}
