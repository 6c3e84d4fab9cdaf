import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { all, ARTIFACTS_FOLDER, available, hostFolder, local, onHost, parseFiles } from '../../lib/host/artifact.mts'
import { holds } from '../../lib/engine/want.mts'
import { loadVersions, pins } from '../../lib/host/versions.mts'
import { settings, stage } from '../engine/stage.mts'
import { folder } from '../folder.mts'
import { FILES, HASHES, published, VERSION, versionsOf } from '../lab/published.mts'
import { rejects, throws } from '../rejects.mts'
import { ownCache } from './operators-cache.mts'
import type { Config } from '../../lib/engine/config.mts'
import type { Host } from '../../lib/host/host.mts'

const test = suite('artifact')
let cache: ReturnType<typeof ownCache>
let server: Awaited<ReturnType<typeof published>>
let platform: string

test.before.each(async () => {
  cache = ownCache()
  server = await published()
  platform = folder()
  writeFileSync(join(platform, 'versions.yaml'), versionsOf(server.url))
})

test.after.each(async () => {
  cache.restore()
  await server.close()
})

/** Settings with an air-gap folder that holds the whole release. */
function airGap(): Config & { ARTIFACTS: string } {
  const place = folder()
  cpSync(server.release, place, { recursive: true })
  return { ...settings(), ARTIFACTS: place }
}

const find = (config = settings()) => available(config, platform, 'k3s')()
const each = (where: (file: string) => string) => Object.fromEntries(Object.keys(FILES).map(file => [file, where(file)]))

test('what is in no folder is downloaded once, and kept', async () => {
  const { host } = new URL(server.url)
  assert.equal(await find(), each(() => host))
  const asked = server.asked.length
  assert.equal([await find(), server.asked.length], [each(() => `kept from ${host}`), asked])
})

test('the addresses asked for have the shape of the official ones', async () => {
  await find()
  assert.equal(server.asked.filter(path => !path.startsWith('/release-assets/')), [
    '/k3s-io/k3s/releases/download/v1.36.3%2Bk3s1/k3s', '/k3s-io/k3s/releases/download/v1.36.3%2Bk3s1/k3s-airgap-images-amd64.tar.zst', '/k3s-io/k3s/v1.36.3%2Bk3s1/install.sh',
  ])
})

test('an air-gap folder is enough: nobody is asked', async () => {
  assert.equal(await find(airGap()), each(file => `ARTIFACTS/${file}`))
  assert.equal(server.asked, [])
})

test('what an air-gap folder lacks is downloaded', async () => {
  const config = airGap()
  rmSync(join(config.ARTIFACTS, 'install.sh'))
  assert.equal(await find(config), { ...each(file => `ARTIFACTS/${file}`), 'install.sh': new URL(server.url).host })
})

test('an air-gap folder that is not there is bad input', async () => {
  assert.is((await rejects(find({ ...settings(), ARTIFACTS: '/nowhere/at/all' }))).kind, 'input')
})

test('a wrong file in the folder is told with both hashes and its path, and none is taken from elsewhere', async () => {
  const config = airGap()
  writeFileSync(join(config.ARTIFACTS, 'k3s'), 'truncated')
  const { kind, facts } = await rejects(find(config))
  assert.equal([kind, facts.expected, server.asked], ['claim', `sha256 ${HASHES.k3s}`, []])
  assert.match(String(facts.found), /^sha256 [0-9a-f]{64} at \/.*\/k3s$/)
})

test('a list of hashes in the folder that says otherwise is told', async () => {
  const config = airGap()
  writeFileSync(join(config.ARTIFACTS, 'sha256sum-amd64.txt'), `${'b'.repeat(64)}  k3s\n`)
  assert.match(String((await rejects(find(config))).facts.found), /^sha256 b{64} at .*sha256sum-amd64\.txt$/)
})

for (const fault of ['wrong', 'truncated'] as const) {
  test(`a download that is ${fault} is told with both hashes, its address and the tries, and not kept`, async () => {
    server.fault(fault)
    const { message, facts } = await rejects(find())
    assert.is(message, `k3s is not what versions.yaml pins for k3s ${VERSION}; nothing was installed`)
    assert.equal([facts.expected, facts.waited, facts.next], [`sha256 ${HASHES.k3s}`, '1 try', 'npm run pins -- --check k3s says whether it is so on another line as well'])
    assert.match(String(facts.found), `at ${server.url}/k3s-io/k3s/releases/download/v1.36.3%2Bk3s1/k3s`)
    assert.equal(readdirSync(cache.path), [])
  })
}

test('without its hash a file is refused before anybody is asked', async () => {
  writeFileSync(join(platform, 'versions.yaml'), versionsOf(server.url, { hashes: {} }))
  const failure = await rejects(find(airGap()))
  assert.equal([failure.kind, failure.facts.next, server.asked], ['input', 'npm run pins k3s, where there is Internet', []])
})

test('it is enough only when every file was found', async () => {
  const want = all(platform, 'k3s')
  assert.equal([holds(want, await find()), holds(want, { k3s: 'ARTIFACTS/k3s' })], [true, false])
})

test('the path of a file is that of its verified bytes', async () => {
  const config = airGap()
  for (const pin of pins(loadVersions(platform), 'k3s')) assert.is(await local(pin, config), join(config.ARTIFACTS, pin.file))
})

/** A host whose root is a folder, and what was uploaded to it; whoever runs the tests is its root. */
function machine(): { host: Host, root: string, uploads: string[] } {
  const root = folder()
  const uploads: string[] = []
  const inside = (args: readonly string[]) => args.map(arg => arg.replace(ARTIFACTS_FOLDER, join(root, 'artifacts')))
  const run = async (script: string, args: readonly string[] = []) => execFileSync('bash', ['-c', script, 'bash', ...inside(args)], { encoding: 'utf8' }).replaceAll(` ${userInfo().username} `, ' root ').trimEnd()
  const host: Host = {
    ...stage().host, read: run, write: run,
    async upload(file, path, { mode = '0644' } = {}) {
      const [to = ''] = inside([path])
      mkdirSync(dirname(to), { recursive: true })
      copyFileSync(file, to)
      chmodSync(to, parseInt(mode, 8))
      uploads.push(path)
    },
  }
  return { host, root, uploads }
}

test('the files come to the host, with modes that let root alone read or run them', async () => {
  const { host, uploads } = machine()
  const state = onHost(host, airGap(), platform, 'k3s')
  assert.equal(await state.read(), each(() => 'absent'))
  await state.act(await state.read())
  assert.equal(await state.read(), { k3s: `${HASHES.k3s} root 755`, 'k3s-airgap-images-amd64.tar.zst': `${HASHES['k3s-airgap-images-amd64.tar.zst']} root 600`, 'install.sh': `${HASHES['install.sh']} root 755` })
  assert.ok(holds(state.want, await state.read()))
  assert.equal(uploads, Object.keys(FILES).map(file => `/var/lib/runbooks/artifacts/k3s/${VERSION}/${file}`))
})

test('only what differs is uploaded', async () => {
  const { host, root, uploads } = machine()
  const state = onHost(host, airGap(), platform, 'k3s')
  await state.act(undefined)
  const place = join(root, 'artifacts/k3s', VERSION)
  writeFileSync(join(place, 'install.sh'), 'other')
  chmodSync(join(place, 'k3s-airgap-images-amd64.tar.zst'), 0o644)
  uploads.length = 0
  assert.not.ok(holds(state.want, await state.read()))
  await state.act(await state.read())
  assert.equal(uploads.map(path => path.slice(path.lastIndexOf('/') + 1)), ['k3s-airgap-images-amd64.tar.zst', 'install.sh'])
  assert.ok(holds(state.want, await state.read()))
})

test('of the older versions the two used last stay', async () => {
  const { host, root } = machine()
  const place = join(root, 'artifacts/k3s')
  for (const [days, version] of ['v1.36.1+k3s1', 'v1.36.2+k3s1', 'v1.36.2+k3s2', 'v1.35.9+k3s1'].entries()) {
    mkdirSync(join(place, version), { recursive: true })
    utimesSync(join(place, version), 0, 1e9 + days * 86_400)
  }
  await onHost(host, airGap(), platform, 'k3s').act(undefined)
  assert.equal(readdirSync(place).sort(), ['v1.35.9+k3s1', 'v1.36.2+k3s2', VERSION])
  await onHost(host, airGap(), platform, 'k3s').act(undefined)
  assert.is(readdirSync(place).length, 3)
})

test('wrong bytes never come to the host', async () => {
  const { host, root, uploads } = machine()
  server.fault('wrong')
  await rejects(onHost(host, settings(), platform, 'k3s').act(undefined))
  assert.equal([uploads, existsSync(join(root, 'artifacts'))], [[], false])
})

test('the claims can be listed before there are hashes', () => {
  writeFileSync(join(platform, 'versions.yaml'), versionsOf(server.url, { hashes: {} }))
  const state = onHost(machine().host, settings(), platform, 'k3s')
  assert.is(throws(() => state.want).kind, 'input')
  assert.is(hostFolder(platform, 'k3s'), `/var/lib/runbooks/artifacts/k3s/${VERSION}`)
})

test('a file without a line is absent, and a line of another file is none of ours', () => {
  assert.equal(parseFiles('abc root 755 k3s\ndef root 600 other\n', [{ file: 'k3s' }, { file: 'install.sh' }]), { k3s: 'abc root 755', 'install.sh': 'absent' })
})

test.run()
