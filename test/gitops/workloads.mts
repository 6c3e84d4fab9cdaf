import { called, type Manifest } from '../../lib/cluster/manifest.mts'

type Security = {
  readonly runAsNonRoot?: boolean
  readonly privileged?: boolean
  readonly allowPrivilegeEscalation?: boolean
  readonly readOnlyRootFilesystem?: boolean
  readonly seccompProfile?: { readonly type: string }
  readonly capabilities?: { readonly add?: readonly string[], readonly drop?: readonly string[] }
}
type Amounts = { readonly cpu?: string, readonly memory?: string }
type Container = {
  readonly name: string
  image: string
  readonly imagePullPolicy?: string
  readonly ports?: readonly { readonly hostPort?: number }[]
  readonly resources?: { readonly requests?: Amounts, readonly limits?: Amounts }
  readonly readinessProbe?: unknown
  readonly securityContext?: Security
}
export type PodSpec = {
  readonly containers?: readonly Container[]
  readonly initContainers?: readonly Container[]
  readonly hostNetwork?: boolean
  readonly hostPID?: boolean
  readonly hostIPC?: boolean
  readonly automountServiceAccountToken?: boolean
  readonly serviceAccountName?: string
  readonly priorityClassName?: string
  readonly securityContext?: Security
  readonly volumes?: readonly { readonly name: string, readonly hostPath?: unknown }[]
}
type Template = { readonly metadata?: { readonly labels?: Readonly<Record<string, string>> }, readonly spec: PodSpec }
type Spec = Partial<Template> & { readonly template?: Template, readonly jobTemplate?: { readonly spec: { readonly template: Template } } }

/** What an object starts pods as: their labels, and what runs in them. */
export type Pods = { readonly of: Manifest, readonly labels: Readonly<Record<string, string>>, readonly spec: PodSpec }

const SERVING = ['DaemonSet', 'Deployment', 'StatefulSet']
const STARTING = [...SERVING, 'CronJob', 'Job', 'Pod', 'ReplicaSet']

/** The pods that these objects start, by the object that does. */
export function podSpecs(objects: readonly Manifest[]): Pods[] {
  return objects.filter(({ kind }) => STARTING.includes(kind)).flatMap(object => {
    const spec = object['spec'] as Spec
    const template = object.kind === 'Pod' ? { metadata: object.metadata, spec: spec as PodSpec } : spec.jobTemplate?.spec.template ?? spec.template
    return template ? [{ of: object, labels: template.metadata?.labels ?? {}, spec: template.spec }] : []
  })
}

export function containers(spec: PodSpec): Container[] {
  return [...spec.initContainers ?? [], ...spec.containers ?? []]
}

/** What the pods of these objects take, may do or lack that they must not, one line each. */
export function unruly(objects: readonly Manifest[]): string[] {
  return podSpecs(objects).flatMap(pods => [...ofPod(pods), ...containers(pods.spec).flatMap(container => ofContainer(pods, container))].map(what => `${called(pods.of)}: ${what}`))
}

function ofPod({ spec }: Pods): string[] {
  const host = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter(key => spec[key]).map(key => `${key} is the server's own`)
  return [
    ...host,
    ...(spec.volumes ?? []).filter(({ hostPath }) => hostPath).map(({ name }) => `the volume ${name} is a path of the server`),
    ...(spec.automountServiceAccountToken === false || spec.serviceAccountName ? [] : ['gets a token for the API: automountServiceAccountToken: false, or a serviceAccountName of its own']),
    ...(spec.priorityClassName ? [] : ['says no priorityClassName']),
  ]
}

function ofContainer({ of, spec }: Pods, container: Container): string[] {
  const { name, image, resources = {} } = container
  const missing = (['requests', 'limits'] as const).flatMap(kind => (['cpu', 'memory'] as const).filter(what => !resources[kind]?.[what]).map(what => `has no ${what} in its ${kind}`))
  const needsProbe = SERVING.includes(of.kind) && spec.containers?.includes(container)
  return [
    ...unpinned(image),
    ...missing,
    ...unconfined({ ...spec.securityContext, ...container.securityContext }),
    ...(container.ports ?? []).filter(({ hostPort }) => hostPort).map(({ hostPort }) => `takes the server's port ${hostPort}`),
    ...(container.imagePullPolicy === 'Always' ? ['is pulled anew at each start, which then needs a registry'] : []),
    ...(needsProbe && !container.readinessProbe ? ['has no readinessProbe, so nobody knows when it serves'] : []),
  ].map(what => `container ${name} ${what}`)
}

function unpinned(image: string): string[] {
  const [, registry, tag, digest] = /^([a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?)\/[^:@]+(?::([^@]+))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(image) ?? []
  if (!registry) return [`has an image without its registry: ${image}`]
  if (tag === 'latest' || !(tag ?? digest)) return [`has an image that is not pinned: ${image}`]
  return []
}

function unconfined(security: Security): string[] {
  const { capabilities = {} } = security
  const wanted: readonly (readonly [string, boolean])[] = [
    ['runAsNonRoot: true', security.runAsNonRoot === true],
    ['allowPrivilegeEscalation: false', security.allowPrivilegeEscalation === false],
    ['readOnlyRootFilesystem: true', security.readOnlyRootFilesystem === true],
    ['seccompProfile: RuntimeDefault', ['RuntimeDefault', 'Localhost'].includes(security.seccompProfile?.type ?? '')],
    ['capabilities: drop ALL', capabilities.drop?.includes('ALL') === true],
    ['no added capabilities', (capabilities.add ?? []).length === 0],
    ['privileged: false', security.privileged !== true],
  ]
  return wanted.filter(([, holds]) => !holds).map(([what]) => `lacks ${what}`)
}
