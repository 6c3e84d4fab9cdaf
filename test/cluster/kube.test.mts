import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Secret } from '../../lib/secrets/secret.mts'
import { badInput } from '../../lib/engine/failure.mts'
import { kube } from '../../lib/cluster/kube.mts'
import { answering } from '../host/answering.mts'
import { rejects } from '../rejects.mts'
import { api, frame, identity, kubeconfig, type Api, type Reply, type Request } from './api.mts'
import type { Manifest } from '../../lib/cluster/manifest.mts'

const test = suite('kube')
const open: Api[] = []
const SETTINGS: Manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'shop', name: 'settings' }, data: { colour: 'blue' } }
const RESOURCES = { resources: [{ name: 'configmaps', kind: 'ConfigMap', namespaced: true }, { name: 'secrets', kind: 'Secret', namespaced: true }, { name: 'namespaces', kind: 'Namespace', namespaced: false }] }

async function server(answer: (request: Request) => Reply, stream?: Parameters<typeof api>[1]): Promise<Api> {
  const served = await api(request => (request.path === '/api/v1' ? { json: RESOURCES } : answer(request)), stream)
  open.push(served)
  return served
}

test.after(() => open.forEach(each => each.close()))

test('building it reads nothing', () => {
  kube({ ...answering('').host, read: () => { throw new Error('read') }, forward: () => { throw new Error('forwarded') } })
})

test('a path is read as JSON, over the forward and with the certificates of the kubeconfig', async () => {
  const { host, asked } = await server(() => ({ json: { gitVersion: 'v1.36.3+k3s1' } }))
  assert.is(await kube(host).version(), 'v1.36.3+k3s1')
  assert.equal(asked.map(({ method, path, accept }) => [method, path, accept]), [['GET', '/version', 'application/json']])
  assert.ok(Math.abs(await kube(host).clock() - Date.now()) < 60_000)
  assert.match(await kube(host).authority(), '-----BEGIN CERTIFICATE-----')
})

test('a list is all of its pages', async () => {
  const { host, asked } = await server(({ path }) => ({ json: path.includes('continue=') ? { items: ['c'], metadata: {} } : { items: ['a', 'b'], metadata: { continue: 'go on' } } }))
  assert.equal(await kube(host).list('/api/v1/pods?labelSelector=app'), ['a', 'b', 'c'])
  assert.equal(asked.map(({ path }) => path), ['/api/v1/pods?labelSelector=app&limit=500', '/api/v1/pods?labelSelector=app&limit=500&continue=go%20on'])
})

test('an object is applied on the server as runbooks, and nobody else\'s field is taken', async () => {
  const { host, asked, changed } = await server(() => ({ code: 201 }))
  await kube(host).apply(SETTINGS)
  const { method, path, type, body } = asked.at(-1) as Request
  assert.equal([method, path, type, JSON.parse(body)], ['PATCH', '/api/v1/namespaces/shop/configmaps/settings?fieldManager=runbooks&fieldValidation=Strict', 'application/apply-patch+yaml', SETTINGS])
  assert.equal(changed, ['apply ConfigMap shop/settings'])
})

test('a conflict is told in the API\'s words, with who owns the field', async () => {
  const message = 'Apply failed with 1 conflict: conflict with "kubectl-edit" using v1: .data.colour'
  const { host } = await server(() => ({ code: 409, json: { kind: 'Status', reason: 'Conflict', message } }))
  const failure = await rejects(kube(host).apply(SETTINGS))
  assert.equal([failure.kind, failure.message, failure.facts.found], ['claim', 'ConfigMap shop/settings was not applied: the API server answers 409 Conflict', message])
  assert.match(String(failure.facts.next), '/api/v1/namespaces/shop/configmaps/settings\', whose managedFields')
})

test('a secret is written out in the request alone: no failure tells it, nor what the API says of its value', async () => {
  const { host, asked } = await server(() => ({ code: 422, json: { reason: 'Invalid', message: 'data: Invalid value: "hunter2"', details: { causes: [{ field: 'data', reason: 'FieldValueInvalid' }] } } }))
  const failure = await rejects(kube(host).apply({ apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'shop', name: 'door' }, stringData: { password: new Secret('hunter2') } }))
  assert.match(asked.at(-1)?.body ?? '', '"password":"hunter2"')
  assert.not.match(JSON.stringify([failure.message, failure.facts]), 'hunter2')
  assert.is(failure.facts.found, 'data FieldValueInvalid')
})

test('where nothing may be written, nothing is asked', async () => {
  const { host, asked } = await server(() => ({}))
  const plan = kube({ ...host, changes: what => { throw badInput(what) } })
  await rejects(plan.apply(SETTINGS))
  await rejects(plan.remove(SETTINGS))
  await rejects(plan.exec({ namespace: 'shop', pod: 'web' }, ['rm', '-r', '/'], { changes: 'everything' }))
  assert.equal(asked, [])
})

test('an object is removed only when it can no longer be read', async () => {
  let readings = 0
  const { host, asked } = await server(({ method }) => (method === 'GET' && ++readings > 2 ? { code: 404 } : { json: { metadata: {} } }))
  await kube(host).remove(SETTINGS)
  assert.equal([asked.filter(({ method }) => method === 'DELETE').length, readings], [1, 3])
})

test('what is not there is removed already, and so is what was in a cluster that is gone', async () => {
  const { host } = await server(() => ({ code: 404 }))
  await kube(host).remove(SETTINGS)
  await kube(answering('').host).remove(SETTINGS)
})

test('what does not go is told with what it waits for', async () => {
  const { host } = await server(() => ({ json: { metadata: { finalizers: ['kubernetes'] }, status: { conditions: [{ status: 'True', message: 'some content remains: pods. has 1 resource instances' }] } } }))
  const failure = await rejects(kube(host).remove(SETTINGS, '1s'))
  assert.equal([failure.message, failure.facts.found], ['ConfigMap shop/settings is still there', 'some content remains: pods. has 1 resource instances; finalizer kubernetes'])
})

test('a kind that the API does not know is a failure of its own', async () => {
  const { host } = await server(() => ({ code: 404, text: '404 page not found' }))
  assert.is((await rejects(kube(host).apply({ ...SETTINGS, kind: 'Gadget' }))).message, 'the API server knows no Gadget of v1')
  assert.is((await rejects(kube(host).apply({ ...SETTINGS, apiVersion: 'gadgets.io/v1' }))).message, 'the API server knows no ConfigMap of gadgets.io/v1')
})

test('a port where nobody listens is an API server that does not answer, with the time and the next step', async () => {
  const { host, at } = await server(() => ({}))
  at.port = 1
  const { kind, message, facts } = await rejects(kube(host).version())
  assert.equal([kind, message, facts.found], ['claim', 'the API server does not answer', 'ECONNREFUSED'])
  assert.match(String(facts.next), 'journalctl -u k3s')
})

test('after a reboot it is met at the new end of the forward, with the kubeconfig of then', async () => {
  const [before, after] = [await server(() => ({ json: { gitVersion: 'old' } })), await server(() => ({ json: { gitVersion: 'new' } }))]
  const reached = kube(before.host)
  assert.is(await reached.version(), 'old')
  Object.assign(before.at, after.at)
  assert.is(await reached.version(), 'new')
})

test('an API server that another authority has signed is not talked to', async () => {
  const { host, at, asked } = await server(() => ({}))
  const { key, certificate } = identity()
  at.kubeconfig = kubeconfig(key, certificate)
  assert.match((await rejects(kube(host).version())).message, 'not trusted')
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  try {
    assert.match((await rejects(kube(host).version())).message, 'not trusted')
  } finally {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
  }
  assert.equal(asked, [])
})

test('without a kubeconfig there is no cluster', async () => {
  assert.match((await rejects(kube(answering('').host).version())).message, 'no cluster on this host')
})

test('a kubeconfig without a certificate is none of K3s', async () => {
  assert.match((await rejects(kube(answering('apiVersion: v1\nkind: Config\nclusters: []\nusers: []\ncontexts: []\n').host).version())).message, 'not one of K3s')
})

test('a command\'s output comes over the API\'s stream', async () => {
  const paths: string[] = []
  const { host } = await server(() => ({}), (socket, path) => {
    paths.push(path)
    socket.write(Buffer.concat([frame(1, 'two '), frame(1, 'words'), frame(3, JSON.stringify({ status: 'Success' }))]))
  })
  assert.is(await kube(host).exec({ namespace: 'shop', pod: 'web' }, ['echo', 'two words']), 'two words')
  assert.match(paths[0] ?? '', '/api/v1/namespaces/shop/pods/web/exec?stdout=true&stderr=true&stdin=false&tty=false&command=echo&command=two%20words')
})

test('a stream that ends and says nothing of the command is a failure', async () => {
  const { host } = await server(() => ({}), socket => { socket.write(frame(1, 'half of it')); setTimeout(() => socket.destroy(), 50) })
  assert.match((await rejects(kube(host).exec({ namespace: 'shop', pod: 'web' }, ['true']))).message, 'nobody said how')
})

test.run()
