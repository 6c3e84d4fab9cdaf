import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { folder } from '../folder.mts'
import { ROOT } from '../groups.mts'
import { HASHES, published, VERSION, versionsOf } from '../lab/published.mts'

const test = suite('npm run pins')
const server = await published()
const platform = folder()
const file = join(platform, 'versions.yaml')

test.after(() => server.close())

/** What the tool says and ends with, as an operator runs it. */
function pins(...args: string[]): Promise<{ code: number, stdout: string, stderr: string }> {
  const env = { ...process.env, PLATFORM_DIR: platform, XDG_CACHE_HOME: join(platform, 'cache') }
  return new Promise(resolve => {
    execFile(process.execPath, ['--import', 'tsx', 'runbooks/pins.mts', ...args], { cwd: ROOT, env, encoding: 'utf8' }, (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }))
  })
}

test('it fills what is missing, and then has nothing to do', async () => {
  writeFileSync(file, versionsOf(server.url, { hashes: {} }))
  const { code, stdout } = await pins('k3s')
  assert.equal([code, stdout.split('\n').length], [0, 4])
  assert.is(readFileSync(file, 'utf8'), versionsOf(server.url, { hashed: VERSION }))
  assert.equal(await pins(), { code: 0, stdout: `k3s ${VERSION}: every file has its sha256\n`, stderr: '' })
})

test('--check ends with 1 where something else is published, and writes nothing', async () => {
  const pinned = versionsOf(server.url, { hashes: { ...HASHES, k3s: 'e'.repeat(64) }, hashed: VERSION })
  writeFileSync(file, pinned)
  const { code, stderr } = await pins('--check')
  assert.equal([code, stderr.split('\n')[0]], [1, 'pins: k3s: versions.yaml does not say what is published'])
  assert.is(readFileSync(file, 'utf8'), pinned)
})

test('another word is bad input, and help is none', async () => {
  assert.equal([(await pins('--fill')).code, (await pins('k3s', 'argo-cd')).code], [2, 2])
  const { code, stdout } = await pins('--help')
  assert.equal([code, stdout.startsWith('npm run pins')], [0, true])
})

test.run()
