import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { transfer } from '../../lib/host/transfer.mts'
import { folder } from '../folder.mts'
import { mirror, type Fault } from '../lab/mirror.mts'
import { rejects } from '../rejects.mts'

const test = suite('transfer')
const place = folder()
const file = join(place, 'came')
const BYTES = 'x'.repeat(300_000)
mkdirSync(join(place, 'v1.36.3+k3s1'))
writeFileSync(join(place, 'v1.36.3+k3s1', 'k3s'), BYTES)

// Short only where waiting is what is tested: another test may keep this machine busy for seconds.
const patience = (fault?: Fault) => ({ window: fault === 'mute' ? 400 : fault === 'slow' ? 2000 : 20_000, least: 1000 })
const release = (base: string) => new URL(`${base}/k3s-io/k3s/releases/download/v1.36.3%2Bk3s1/k3s`)

/** What comes of one transfer from a mirror that has this fault. */
async function tried(fault?: Fault, to = file) {
  const server = await mirror(place)
  server.fault(fault)
  try {
    return await transfer(release(server.url), to, patience(fault))
  } finally {
    await server.close()
  }
}

test('redirects are followed to the bytes', async () => {
  assert.is(await tried(), undefined)
  assert.is(readFileSync(file, 'utf8'), BYTES)
})

const TOLD: Record<Exclude<Fault, 'truncated' | 'wrong'>, [why: RegExp, final: boolean]> = {
  down: [/^127\.0\.0\.1:\d+: other side closed$/, false],
  busy: [/answers 503 Service Unavailable$/, false],
  limited: [/answers 429 Too Many Requests$/, false],
  mute: [/gave no answer within 0\.4 s$/, false],
  slow: [/sent no more than 0\.0 MB within 2\.0 s$/, false],
  cut: [/cut the line after 0\.\d MB$/, false],
  missing: [/answers 404 Not Found$/, true],
  loop: [/leads round in circles: more than 5 redirects$/, true],
  insecure: [/leads to http:\/\/192\.0\.2\.1, which is not https$/, true],
}

for (const [fault, [why, final]] of Object.entries(TOLD)) {
  test(`a mirror that is ${fault} is told as that, ${final ? 'for good' : 'and may be better another time'}`, async () => {
    const stopped = await tried(fault as Fault)
    assert.match(stopped?.why ?? '', why)
    assert.is(stopped?.final, final)
  })
}

test('a mirror that is gone is told as nobody who listens', async () => {
  const server = await mirror(place)
  await server.close()
  assert.match((await transfer(release(server.url), file, patience()))?.why ?? '', /^nobody listens at 127\.0\.0\.1:\d+$/)
})

test('a name that is not known is told as that', async () => {
  assert.is((await transfer(new URL('https://mirror.invalid/k3s'), file, patience()))?.why, 'the name mirror.invalid is not known here')
})

test('a place that cannot be written is no matter of the network', async () => {
  assert.match((await rejects(tried(undefined, join(place, 'nowhere', 'k3s')))).message, 'ENOENT')
  assert.match((await rejects(tried(undefined, '/dev/full'))).message, 'ENOSPC')
})

test('Ctrl-C ends it, and the run with it', async () => {
  const before = process.listenerCount('SIGINT')
  const ended = rejects(tried('mute'))
  setTimeout(() => process.emit('SIGINT'), 100)
  assert.is((await ended).kind, 'interrupted')
  assert.is(process.listenerCount('SIGINT'), before)
})

test('over https a certificate counts, and no redirect leads out of it', async () => {
  const [key, cert] = [join(place, 'key.pem'), join(place, 'cert.pem')]
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=mirror', '-addext', 'subjectAltName=IP:127.0.0.1']
  execFileSync('openssl', words, { stdio: 'ignore' })
  const script = `
    import { readFileSync } from 'node:fs'
    import { transfer } from './lib/host/transfer.mts'
    import { mirror } from './test/lab/mirror.mts'
    const [folder, key, cert] = process.argv.slice(1)
    const server = await mirror(folder, { tls: { key: readFileSync(key), cert: readFileSync(cert) } })
    for (const fault of [undefined, 'insecure']) {
      server.fault(fault)
      const stopped = await transfer(new URL(server.url + '/k3s-io/k3s/releases/download/v1.36.3%2Bk3s1/k3s'), folder + '/over-tls', { window: 20_000, least: 1 })
      console.log(stopped?.why.replace(/:\\d+/, '') ?? 'came')
    }
    await server.close()
  `
  const said = (trusted: string) => spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, place, key, cert], { env: { ...process.env, NODE_EXTRA_CA_CERTS: trusted }, encoding: 'utf8' }).stdout
  assert.is(said(cert), 'came\n127.0.0.1 leads to http://192.0.2.1, which is not https\n')
  assert.match(said(''), /^127\.0\.0\.1: self-signed certificate\n/)
})

test.run()
