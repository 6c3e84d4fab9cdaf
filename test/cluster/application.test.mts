import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { standing, trouble, type Application } from '../../lib/cluster/application.mts'
import { application, declaredApplication, HEAD, NOW, OLD, URL } from './application.mts'

const test = suite('application')
const commitOf = ({ repoURL }: { repoURL: string }) => (repoURL === URL ? HEAD : undefined)

function wrong(found: Application, declared = declaredApplication(found.metadata.name)): string[] {
  return trouble(found, { spec: (declared as unknown as Application).spec, commitOf, now: NOW, patience: 210 })
}

const { sync = {} } = application('web').status ?? {}
const { source } = application('web').spec
const CASES: readonly (readonly [string, Parameters<typeof application>[1], readonly string[]])[] = [
  ['nothing is wrong with one that is synced with the head, healthy and lately looked at', {}, []],
  ['a changed object is told by its name', { status: { sync: { ...sync, status: 'OutOfSync' }, resources: [{ kind: 'Service', namespace: 'web', name: 'web', status: 'OutOfSync' }] } }, ['OutOfSync', 'Service web/web OutOfSync']],
  ['an object that is ill is told with its words, and how many there are', {
    status: { health: { status: 'Degraded' }, resources: ['a', 'b'].map(name => ({ kind: 'Deployment', namespace: 'web', name, status: 'Synced', health: { status: 'Degraded', message: 'exceeded its progress deadline' } })) },
  }, ['Degraded', 'Deployment web/a Degraded and 1 more: exceeded its progress deadline']],
  ['Synced at an older commit is not synced', { status: { sync: { ...sync, revision: OLD } } }, ['at 0f0e0d0, and main is 1a2b3c4']],
  ['another folder is not what Git names', { status: { sync: { ...sync, ...(source && { comparedTo: { source: { ...source, path: 'gitops/other' } } }) } } }, [`compared with gitops/other of ${URL} at main, and Git names gitops/web of ${URL} at main`]],
  ['a status that nobody renews says nothing', { status: { reconciledAt: '2026-11-21T11:50:00Z' } }, ['last looked at 600 s ago']],
  ['a sync that goes on and on is told with its words', { status: { operationState: { phase: 'Running', message: 'waiting for completion of hook batch/Job/migrate' } } }, ['last sync Running: waiting for completion of hook batch/Job/migrate']],
  ['a sync that failed is told, whatever the status says', { status: { operationState: { phase: 'Failed', message: 'one or more objects failed to apply\nand more' } } }, ['last sync Failed: one or more objects failed to apply']],
  ['an error of the comparison is told', { status: { sync: { ...sync, status: 'Unknown' }, conditions: [{ type: 'ComparisonError', message: 'gitops/web: app path does not exist' }] } }, ['Unknown', 'ComparisonError: gitops/web: app path does not exist']],
  ['what two Applications claim is told', { status: { conditions: [{ type: 'SharedResourceWarning', message: 'Service/web is part of applications argocd/web and other' }] } }, ['SharedResourceWarning: Service/web is part of applications argocd/web and other']],
  ['one that is on its way out is told', { metadata: { deletionTimestamp: '2026-11-21T11:59:00Z' } }, ['being deleted']],
]

for (const [title, changes, expected] of CASES) test(title, () => assert.equal(wrong(application('web', changes)), expected))

test('one that was never looked at is red', () => {
  const { metadata, spec } = application('web')
  assert.equal(wrong({ metadata, spec }), ['Argo CD has not looked at it yet'])
})

test('another repository is read at its pin, whatever commit that is', () => {
  const declared = declaredApplication('crds', { repoURL: 'https://git.example.com/operator.git', targetRevision: 'v0.93.1', path: 'crds' })
  const found = application('crds', {}, declared)
  assert.equal([wrong(found, declared), standing(found)], [[], '1a2b3c4 of v0.93.1'])
  const moved = declaredApplication('crds', { repoURL: 'https://git.example.com/operator.git', targetRevision: 'v0.94.0', path: 'crds' })
  assert.match(wrong(found, moved)[0] ?? '', 'compared with crds of https://git.example.com/operator.git at v0.93.1, and Git names')
})

test('a chart is at its version, and at no other', () => {
  const declared = declaredApplication('chart', { repoURL: 'https://charts.example.com', targetRevision: '92.3.0', chart: 'stack' })
  const at = (revision: string) => application('chart', { status: { sync: { ...application('chart', {}, declared).status?.sync, revision } } }, declared)
  assert.equal([wrong(at('92.3.0'), declared), standing(at('92.3.0'))], [[], '92.3.0'])
  assert.equal(wrong(at('92.2.0'), declared), ['at 92.2.0, and Git names 92.3.0'])
})

test('of several sources each is looked at', () => {
  const sources = [{ repoURL: URL, targetRevision: 'main', path: 'gitops/stack' }, { repoURL: 'https://charts.example.com', targetRevision: '92.3.0', chart: 'stack' }]
  const declared = { ...declaredApplication('stack'), spec: { sources } }
  const at = (...revisions: string[]): Application => ({ ...application('stack', { status: { sync: { status: 'Synced', revisions, comparedTo: { sources } } } }), spec: { sources } })
  assert.equal(wrong(at(HEAD, '92.3.0'), declared), [])
  assert.equal(wrong(at(OLD, '92.3.0'), declared), ['at 0f0e0d0, and main is 1a2b3c4'])
})

test.run()
