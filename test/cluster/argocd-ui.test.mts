import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { holds } from '../../lib/engine/want.mts'
import { answeringAs, inTunnel, parseVersion } from '../../lib/cluster/argocd-ui.mts'
import { pinned } from '../../lib/host/versions.mts'
import { settings } from '../engine/stage.mts'
import { folder } from '../folder.mts'
import { rejects } from '../rejects.mts'
import { platform, useKey } from '../secrets/platform.mts'
import { answering, SILENCE } from '../host/answering.mts'
import { fakeKube } from './fake.mts'
import { listen } from './listen.mts'

const test = suite('argocd ui')
const { place } = await platform()
const [own, other] = [selfMade(), selfMade()]
let said: Record<string, [number, string]> = {}
const server = createServer({ key: own.key, cert: own.certificate }, ({ url = '' }, response) => {
  const [code, text] = said[url] ?? [404, '']
  response.writeHead(code).end(text)
})
const port = await listen(server)

/** A certificate as Argo CD makes it for itself: no authority, and none of its names in the tunnel. */
function selfMade(): { key: string, certificate: string } {
  const files = { key: join(folder(), 'key'), certificate: join(folder(), 'certificate') }
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '365', '-subj', '/O=Argo CD', '-addext', 'basicConstraints=critical,CA:FALSE', '-addext', 'keyUsage=critical,digitalSignature,keyEncipherment',
    '-addext', 'extendedKeyUsage=serverAuth', '-addext', 'subjectAltName=DNS:localhost,DNS:argocd-server', '-keyout', files.key, '-out', files.certificate], { stdio: 'ignore' })
  return { key: readFileSync(files.key, 'utf8'), certificate: readFileSync(files.certificate, 'utf8') }
}

/** What is read where the tunnel leads to that server, whose certificate the cluster says is this one. */
async function read(certificate = own.certificate, open = [8443]) {
  const secret = { data: { 'tls.crt': Buffer.from(certificate).toString('base64') } }
  const { host } = answering('', { session: async () => ({ via: 'forward', host: '127.0.0.1', port }), visit: async () => ({ ...SILENCE, handshake: 5, tcp: { open, refused: [] } }) })
  return inTunnel(host, settings(), place, fakeKube({ 'Secret argocd/argocd-secret': secret }).kube)()
}

test.before(() => useKey(place))
test.before.each(() => { said = { '/': [200, '<html>'], '/api/version': [200, `{"Version":"${pinned(place, 'argocd')}+dc3d3b1"}`], '/api/v1/applications': [401, '{"error":"no session information"}'] } })
test.after(() => void server.close())

test('the page is there, the API is of the pinned version, and whoever has no name is told nothing', async () => {
  const found = await read()
  assert.equal(found, { knock: 'open', page: 'status 200', api: pinned(place, 'argocd'), nobody: 'status 401', via: 'forward' })
  assert.ok(holds(answeringAs(place), found))
})

test('whoever answers with another certificate is not it', async () => {
  const { page, api } = await read(other.certificate)
  assert.match(page, /self.signed|certificate|signature/i)
  assert.is(page, api)
})

for (const [what, answers] of [
  ['a page that is not there', { '/': [502, ''] }], ['another version', { '/api/version': [200, '{"Version":"v3.4.0+abc"}'] }], ['Applications for whoever has no name', { '/api/v1/applications': [200, '{"items":[]}'] }],
] satisfies [string, Record<string, [number, string]>][]) {
  test(`${what} is red`, async () => {
    said = { ...said, ...answers } as typeof said
    assert.not.ok(holds(answeringAs(place), await read()))
  })
}

test('a wall before the tunnel\'s own door is red', async () => {
  const found = await read(undefined, [])
  assert.equal([found.knock, holds(answeringAs(place), found)], ['silent', false])
})

test('from the host itself nothing can be told', async () => {
  assert.is((await rejects(inTunnel(answering('').host, settings(), place, fakeKube({}).kube)())).kind, 'unverified')
})

test('the version is told without what it was built from', () => {
  assert.equal(['{"Version":"v3.5.3+dc3d3b1"}', '{"Version":"v3.5.3"}', '<html>'].map(parseVersion), ['v3.5.3', 'v3.5.3', undefined])
})

test.run()
