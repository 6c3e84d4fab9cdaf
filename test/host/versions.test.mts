import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loadVersions, checksumsUrl, parseVersions, pinned, pins, sources, versionsFile, versionsFor } from '../../lib/host/versions.mts'
import { folder } from '../folder.mts'
import { throws } from '../rejects.mts'

const test = suite('versions')
const HASH = 'a'.repeat(64)

/** A component of one file, with lines of its own. */
function yaml({ version = 'v1.36.5+k3s1', url = 'https://example.org/{version}/k3s', sha256 = '', more = '' } = {}): string {
  return `k3s:\n  version: ${version}\n${more}  files:\n    k3s:\n      url: ${url}\n      sha256: ${sha256}\n`
}

/** A platform's folder with this `versions.yaml`. */
function platform(text: string): string {
  const place = folder()
  writeFileSync(join(place, 'versions.yaml'), text)
  return place
}

test('a platform\'s own file counts, and else the repository\'s', () => {
  const own = platform(yaml())
  assert.is(versionsFile(own), join(own, 'versions.yaml'))
  assert.is(versionsFile(folder()), join(import.meta.dirname, '../../versions.yaml'))
})

test('every version is for the record, and a file with problems has none', () => {
  assert.equal([versionsFor(platform(yaml())), versionsFor(platform('k3s: 1\n'))], [{ k3s: 'v1.36.5+k3s1' }, {}])
})

test('the repository\'s own file has no problem, and names one source a file, of one release', () => {
  const versions = loadVersions(folder())
  assert.equal(sources(versions, 'k3s').map(({ file }) => file), ['k3s', 'k3s-airgap-images-amd64.tar.zst', 'install.sh'])
  for (const { url, version } of sources(versions, 'k3s')) assert.ok(url.startsWith('https://') && url.includes(encodeURIComponent(version)), url)
})

test('what Renovate looks for stands above each version', () => {
  const { customManagers: [{ matchStrings: [pattern] }] } = JSON.parse(readFileSync(join(import.meta.dirname, '../../renovate.json'), 'utf8')) as { customManagers: [{ matchStrings: [string] }] }
  const found = [...readFileSync(versionsFile(folder()), 'utf8').matchAll(new RegExp(pattern, 'g'))].map(({ groups }) => ({ ...groups }))
  assert.equal(found.map(({ depName, currentValue }) => [depName, currentValue]), [['k3s-io/k3s', pinned(folder(), 'k3s')], ['argoproj/argo-cd', pinned(folder(), 'argocd')]])
  assert.is(found.length, Object.keys(loadVersions(folder())).length)
})

test('the + of a version is %2B in an address', () => {
  const { versions } = parseVersions(yaml({ sha256: HASH, more: '  checksums: https://example.org/{version}/sums.txt\n' }))
  assert.is(versions && pins(versions, 'k3s')[0]?.url, 'https://example.org/v1.36.5%2Bk3s1/k3s')
  assert.is(versions && checksumsUrl(versions, 'k3s'), 'https://example.org/v1.36.5%2Bk3s1/sums.txt')
})

test('an address may spell the version itself', () => {
  const { versions } = parseVersions(yaml({ url: 'https://example.org/v1.36.5%2Bk3s1/k3s', sha256: HASH }))
  assert.equal(versions && pins(versions, 'k3s'), [{ component: 'k3s', version: 'v1.36.5+k3s1', file: 'k3s', url: 'https://example.org/v1.36.5%2Bk3s1/k3s', sha256: HASH }])
})

test('a file without its hash is refused with the command that computes it', () => {
  const { kind, message, facts } = throws(() => pins(loadVersions(platform(yaml())), 'k3s'))
  assert.equal([kind, message, facts.next], ['input', 'versions.yaml has no sha256 for k3s of k3s v1.36.5+k3s1', 'npm run pins k3s, where there is Internet'])
})

test('after a raise the hashes of the version before count no more', () => {
  const raised = loadVersions(platform(yaml({ version: 'v1.36.6+k3s1', sha256: HASH, more: '  hashed: v1.36.5+k3s1\n' })))
  assert.is(sources(raised, 'k3s')[0]?.sha256, undefined)
  assert.is(throws(() => pins(raised, 'k3s')).kind, 'input')
})

test('the version is known before there are hashes', () => assert.is(pinned(platform(yaml()), 'k3s'), 'v1.36.5+k3s1'))

test('a component that is not there is named beside those that are', () => {
  const { kind, message, facts } = throws(() => pinned(platform(yaml()), 'k8s'))
  assert.equal([kind, message, facts.found], ['input', 'versions.yaml has no k8s', 'k3s'])
})

const WRONG: Record<string, [text: string, problem: string]> = {
  'a version that moves': [yaml({ version: 'latest' }), 'k3s.version is not a version such as v1.36.5+k3s1'],
  'a version that is a number to YAML': [yaml({ version: '1.36' }), 'k3s.version is not a version such as v1.36.5+k3s1'],
  'a version that leaves its folder': [yaml({ version: 'v1/../..' }), 'k3s.version is not a version such as v1.36.5+k3s1'],
  'an address of another version': [yaml({ url: 'https://example.org/v1.36.4%2Bk3s1/k3s' }), 'k3s.files.k3s.url does not name v1.36.5+k3s1: write {version}'],
  'a list of hashes of another version': [yaml({ more: '  checksums: https://example.org/v1.36.4/sums\n' }), 'k3s.checksums does not name v1.36.5+k3s1: write {version}'],
  'whatever is latest': [yaml({ url: 'https://example.org/latest/download/k3s?{version}' }), 'k3s.files.k3s.url is whatever is latest: name the version'],
  'plain HTTP': [yaml({ url: 'http://example.org/{version}/k3s' }), 'k3s.files.k3s.url is not an address: https, without a password in it'],
  'a password in an address': [yaml({ url: 'https://me:x@example.org/{version}/k3s' }), 'k3s.files.k3s.url is not an address: https, without a password in it'],
  'a hash cut short': [yaml({ sha256: 'abc1' }), 'k3s.files.k3s.sha256 is not a sha256: 64 hexadecimal digits'],
  'a file with a path': [yaml().replace('    k3s:', '    ../k3s:'), 'k3s.files.../k3s is not a plain name'],
  'a key with a slip': [yaml({ more: '  verison: v2\n' }), 'k3s has verison, which is unknown here'],
  'no files': ['k3s:\n  version: v1\n', 'k3s.files is no list of names'],
  'a list': ['- k3s\n', 'the file is no list of names'],
}

for (const [what, [text, problem]] of Object.entries(WRONG)) {
  test(`${what} is a problem that says where`, () => assert.equal(parseVersions(text).problems, [problem]))
}

test('text that is no YAML is a problem with its place', () => {
  assert.match(parseVersions('k3s: [').problems.join(), /line 1/)
  assert.match(parseVersions('k3s:\n  version: v1\n  version: v2\n').problems.join(), /unique/)
})

test('all problems are told at once, with the file', () => {
  const place = platform(yaml({ version: 'latest', sha256: 'abc1' }))
  const { kind, message } = throws(() => loadVersions(place))
  assert.equal([kind, message], ['input', `2 problems in ${join(place, 'versions.yaml')}`])
})

test.run()
