import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { kube } from '../../lib/cluster/kube.mts'
import { rejects } from '../rejects.mts'
import { api, type Api, type Reply, type Request } from './api.mts'
import type { Manifest } from '../../lib/cluster/manifest.mts'

const test = suite('objects')
const open: Api[] = []
const SETTINGS: Manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'shop', name: 'settings' }, data: { colour: 'blue' } }
const PATH = '/api/v1/namespaces/shop/configmaps/settings'

async function server(answer: (request: Request) => Reply): Promise<Api> {
  const served = await api(request => (request.path === '/api/v1' ? { json: { resources: [{ name: 'configmaps', kind: 'ConfigMap', namespaced: true }] } } : answer(request)))
  open.push(served)
  return served
}

test.after(() => open.forEach(each => each.close()))

test('an object is found as it is; one that is not there, or of a kind that nobody knows, is nothing', async () => {
  const { host, asked } = await server(({ path }) => (path === PATH ? { json: SETTINGS } : { code: 404 }))
  assert.equal(await kube(host).find(SETTINGS), SETTINGS)
  assert.is(await kube(host).find({ ...SETTINGS, metadata: { namespace: 'shop', name: 'gone' } }), undefined)
  assert.is(await kube(host).find({ ...SETTINGS, apiVersion: 'argoproj.io/v1alpha1', kind: 'Application' }), undefined)
  assert.ok(asked.every(({ method }) => method === 'GET'))
})

test('an object that may not be read is no object that is absent', async () => {
  const { host } = await server(() => ({ code: 403, json: { reason: 'Forbidden', message: 'no' } }))
  assert.match((await rejects(kube(host).find(SETTINGS))).message, '403 Forbidden')
})

test('a kind that came meanwhile is asked for again, and a known one is asked for once by all together', async () => {
  let there = false
  const { host, asked } = await server(({ path }) => (path === '/apis/argoproj.io/v1alpha1' ? { json: { resources: there ? [{ name: 'applications', kind: 'Application', namespaced: true }] : [] } } : { json: SETTINGS }))
  const cluster = kube(host)
  const application = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { namespace: 'argocd', name: 'root' } }
  assert.is(await cluster.find(application), undefined)
  there = true
  assert.ok(await cluster.find(application))
  await Promise.all(Array.from({ length: 5 }, () => cluster.find(application)))
  assert.is(asked.filter(({ path }) => path === '/apis/argoproj.io/v1alpha1').length, 2)
})

test('an object can be applied in the name of whoever is to own it', async () => {
  const { host, asked } = await server(() => ({ code: 201 }))
  await kube(host).apply(SETTINGS, 'argocd-controller')
  assert.is(asked.at(-1)?.path, `${PATH}?fieldManager=argocd-controller&fieldValidation=Strict`)
})

test('fields are set whoever held them, and null takes one away', async () => {
  const { host, asked, changed } = await server(() => ({ code: 200 }))
  await kube(host).merge({ ...SETTINGS, data: { colour: null } })
  const { method, type, body } = asked.at(-1) as Request
  assert.equal([method, type, JSON.parse(body).data, changed], ['PATCH', 'application/merge-patch+json', { colour: null }, ['change ConfigMap shop/settings']])
})

test('where nothing may be changed, no field is set', async () => {
  const { host, asked } = await server(() => ({ code: 200 }))
  await rejects(kube({ ...host, changes: () => { throw new Error('--verify writes nothing') } }).merge(SETTINGS))
  assert.equal(asked, [])
})

test('an object is rehearsed as the API would keep it, and nothing is kept', async () => {
  const filled = { ...SETTINGS, immutable: false }
  const { host, asked, changed } = await server(() => ({ json: filled }))
  assert.equal(await kube(host).rehearsed(SETTINGS), filled)
  assert.equal([asked.at(-1)?.path, changed], [`${PATH}?fieldManager=runbooks&fieldValidation=Strict&dryRun=All`, []])
})

test.run()
