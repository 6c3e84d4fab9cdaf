import type { Application } from '../../lib/cluster/application.mts'
import type { Manifest } from '../../lib/cluster/manifest.mts'

export const URL = 'ssh://git@git.example.org/platform.git'
export const HEAD = '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d'
export const OLD = '0f0e0d0c0b0a09080706050403020100f0e0d0c0'
export const NOW = Date.parse('2026-11-21T12:00:00Z')

type Changes = { readonly metadata?: Partial<Application['metadata']>, readonly spec?: Partial<Application['spec']>, readonly status?: Partial<NonNullable<Application['status']>> }

/** An Application as Git declares it: our own repository, or another one at its pin. */
export function declaredApplication(name: string, source: Application['spec']['source'] = { repoURL: URL, targetRevision: name === 'canary' ? 'drill' : 'main', path: `gitops/${name}` }): Manifest {
  return {
    apiVersion: 'argoproj.io/v1alpha1', kind: 'Application',
    metadata: { name, namespace: 'argocd', annotations: { 'argocd.argoproj.io/sync-wave': '0' } },
    spec: {
      project: 'default', source, destination: { server: 'https://kubernetes.default.svc', namespace: name },
      syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ['ServerSideApply=true'] },
    },
  }
}

/** The same as Argo CD v3.5 shows it once it is synced and healthy, but for these changes. */
export function application(name: string, { metadata = {}, spec = {}, status = {} }: Changes = {}, declared = declaredApplication(name)): Application {
  const wished = declared as unknown as Application
  const { source } = wished.spec
  return {
    metadata: { ...wished.metadata, uid: `uid-${name}`, annotations: { ...wished.metadata.annotations, 'argocd.argoproj.io/tracking-id': `root:argoproj.io/Application:argocd/${name}` }, ...metadata },
    spec: { ...wished.spec, ...spec },
    status: {
      sync: { status: 'Synced', revision: HEAD, ...(source && { comparedTo: { source } }) },
      health: { status: 'Healthy' },
      reconciledAt: '2026-11-21T11:59:30Z',
      operationState: { phase: 'Succeeded', message: 'successfully synced (all tasks run)', startedAt: '2026-11-21T11:50:00Z', syncResult: { revision: HEAD } },
      resources: [{ kind: 'Deployment', namespace: name, name, status: 'Synced' }, { kind: 'Service', namespace: name, name, status: 'Synced' }],
      ...status,
    },
  }
}
