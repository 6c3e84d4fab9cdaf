import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { argocd } from '../../lib/cluster/argocd-api.mts'
import { doors, ONE_KEY } from '../../lib/cluster/argocd-login.mts'
import { argocdSecrets } from '../../lib/cluster/argocd-secret.mts'
import { holds } from '../../lib/engine/want.mts'
import { Secret } from '../../lib/secrets/secret.mts'
import { answering } from '../host/answering.mts'
import { rejects } from '../rejects.mts'
import { platform, useKey } from '../secrets/platform.mts'
import { fakeKube } from './fake.mts'
import type { ArgoApi } from '../../lib/cluster/argocd-api.mts'

const test = suite('argocd api')
const { place: folder } = await platform()
const PATHS = {
  '/api/v1/namespaces/argocd/services/argocd-server': { spec: { clusterIP: '10.43.7.7' } },
  '/api/v1/namespaces/argocd/secrets/argocd-secret': { data: { 'tls.crt': Buffer.from('the certificate').toString('base64') } },
}

test.before(() => useKey(folder))

type Asked = { readonly args: readonly string[], readonly input: string }

/** A server that knows this password and gives these tokens, one after the other; only the last one counts. */
function server(password: string, tokens: string[] = ['token-1'], paths: object = PATHS): { api: ArgoApi, asked: Asked[] } {
  const asked: Asked[] = []
  let valid = ''
  const host = { ...answering('').host, read: async (_script: string, args: readonly string[] = [], { input = '' }: { input?: unknown } = {}) => {
    const text = input instanceof Secret ? input.reveal() : String(input)
    asked.push({ args, input: text })
    if (args[3] === '/api/version') return '{"Version":"v3.5.3"}\n200'
    if (args[3] === '/api/v1/session') {
      if (JSON.parse(text).password !== password) return '{"error":"Invalid username or password"}\n401'
      valid = tokens.shift() ?? valid
      return `{"token":"${valid}"}\n200`
    }
    if (text !== `Authorization: Bearer ${tokens[0] ?? valid}`) return '{"error":"no session"}\n401'
    return args[3] === '/api/v1/broken' ? 'boom\n500' : '{"items":[]}\n200'
  } }
  return { api: argocd(host, fakeKube(paths as Record<string, unknown>).kube, folder), asked }
}

const password = async () => (await argocdSecrets(folder)).password.reveal()

test('it is asked by its name and its own certificate, at its Service\'s address', async () => {
  const { api, asked } = server('x')
  assert.is(await api.version(), 'v3.5.3')
  assert.equal(asked[0]?.args, ['the certificate', 'argocd-server.argocd.svc', '10.43.7.7', '/api/version', 'nothing'])
})

test('as long as the server has made no certificate, nothing is sent to it', async () => {
  const { api, asked } = server('x', [], { ...PATHS, '/api/v1/namespaces/argocd/secrets/argocd-secret': {} })
  assert.match((await rejects(api.version())).message, 'no certificate')
  assert.equal(asked, [])
})

test('the password in secrets/ is let in, and another is not; the right one comes last', async () => {
  const { api, asked } = server(await password())
  const found = await doors(api, folder)()
  assert.equal([found, holds(ONE_KEY, found)], [{ password: 'accepted', another: 'refused' }, true])
  assert.match(asked.at(-1)?.input ?? '', await password())
  assert.ok(asked.every(({ args }) => !args.join(' ').includes('password')), 'and both go over stdin alone')
})

test('a server that lets anybody in, or nobody, is red', async () => {
  const anybody = { ...server('x').api, login: async () => 'accepted' as const }
  assert.equal([holds(ONE_KEY, await doors(anybody, folder)()), holds(ONE_KEY, await doors(server('x').api, folder)())], [false, false])
})

test('what is read as admin is read with one session, and with another once that is gone', async () => {
  const { api, asked } = server(await password())
  assert.equal([await api.get('/api/v1/applications'), await api.get('/api/v1/projects')], [{ items: [] }, { items: [] }])
  assert.is(asked.filter(({ args }) => args[3] === '/api/v1/session').length, 1)
  const renewed = server(await password(), ['token-1', 'token-2'])
  assert.equal(await renewed.api.get('/api/v1/applications'), { items: [] })
})

test('another answer is told with its code, its words and the path', async () => {
  const failure = await rejects(server(await password()).api.get('/api/v1/broken'))
  assert.equal([failure.message, failure.facts.found], ['Argo CD answers 500 at /api/v1/broken', 'boom'])
})

test.run()
