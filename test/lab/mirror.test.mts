import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { FILES, published } from './published.mts'

const test = suite('mirror')
const server = await published()
const RELEASE = '/k3s-io/k3s/releases/download/v1.36.3%2Bk3s1/'

const ask = (path: string, redirect: 'follow' | 'manual' = 'follow') => fetch(`${server.url}${path}`, { redirect })

test.before.each(() => server.fault())
test.after(() => server.close())

test('a release\'s file is behind a redirect to a storage that wants its token', async () => {
  const { status, headers } = await ask(`${RELEASE}k3s`, 'manual')
  const location = headers.get('location') ?? ''
  assert.equal([status, location.startsWith('/release-assets/'), location.includes('token=')], [302, true, true])
  assert.is((await ask(location.split('?')[0] ?? '')).status, 404)
  assert.is(await (await ask(`${RELEASE}k3s`)).text(), FILES.k3s)
})

test('a file of the tag\'s tree is there at once', async () => {
  const answer = await ask('/k3s-io/k3s/v1.36.3%2Bk3s1/install.sh', 'manual')
  assert.equal([answer.status, await answer.text()], [200, FILES['install.sh']])
})

test('the makers\' list of hashes lies beside the files', async () => {
  assert.is(await (await ask(`${RELEASE}sha256sum-amd64.txt`)).text(), readFileSync(join(server.release, 'sha256sum-amd64.txt'), 'utf8'))
})

for (const path of ['/k3s-io/k3s/releases/download/v1.36.3+k3s1/k3s', '/k3s-io/k3s/releases/latest/download/k3s', `${RELEASE}k3s-arm64`, '/']) {
  test(`${path} is not there`, async () => assert.is((await ask(path)).status, 404))
}

test('a fault lasts as many requests as it was said to', async () => {
  server.fault('busy', 1)
  assert.equal([(await ask(`${RELEASE}k3s`)).status, (await ask(`${RELEASE}k3s`)).status], [503, 200])
})

test('what is wrong has the right length and other bytes, and what is truncated is said to be all', async () => {
  server.fault('wrong', 1)
  const wrong = await (await ask(`${RELEASE}k3s`)).text()
  assert.equal([wrong.length, wrong === FILES.k3s], [FILES.k3s?.length, false])
  server.fault('truncated', 1)
  assert.is((await (await ask(`${RELEASE}k3s`)).text()).length, (FILES.k3s?.length ?? 0) / 2)
})

test.run()
