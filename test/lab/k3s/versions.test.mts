import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseVersions, pins } from '../../../lib/host/versions.mts'
import { IMAGES_FILE } from './artifacts.mts'
import { versionsText } from './versions.mts'

const standIn = suite('stand-in for K3s')
const here = import.meta.dirname
const text = (path: string) => readFileSync(join(here, path), 'utf8')

standIn('a platform reads of the stand-in what it would read of K3s', () => {
  const hashes = { k3s: 'a'.repeat(64), [IMAGES_FILE]: 'b'.repeat(64), 'install.sh': 'c'.repeat(64) }
  const { versions = {}, problems } = parseVersions(versionsText([
    { name: 'k3s', version: 'v1.36.3+k3s1', hashes }, { name: 'argocd', version: 'v3.5.3', hashes: { 'argocd-install.yaml': 'd'.repeat(64) } },
  ]))
  assert.equal(problems, [])
  assert.equal(pins(versions, 'k3s').map(({ file, url, sha256 }) => [file, url, sha256[0]]), [
    ['k3s', 'https://github.com/k3s-io/k3s/releases/download/v1.36.3%2Bk3s1/k3s', 'a'],
    [IMAGES_FILE, `https://github.com/k3s-io/k3s/releases/download/v1.36.3%2Bk3s1/${IMAGES_FILE}`, 'b'],
    ['install.sh', 'https://raw.githubusercontent.com/k3s-io/k3s/v1.36.3%2Bk3s1/install.sh', 'c'],
  ])
  assert.equal(pins(versions, 'argocd').map(({ file, url, sha256 }) => [file, url, sha256[0]]), [
    ['argocd-install.yaml', 'https://raw.githubusercontent.com/argoproj/argo-cd/v3.5.3/manifests/install.yaml', 'd'],
  ])
})

standIn('every image that it starts is in its archive', () => {
  const named = [...readdirSync(join(here, 'server/manifests')).map(file => text(`server/manifests/${file}`)), text('server/paths.go')]
    .flatMap(source => [...source.matchAll(/(?:image:|Image\s*=) "?(?:docker\.io\/)?(rancher\/[^\s"]+)/g)].map(([, image = '']) => image))
  const packed = [...text('images.mts').matchAll(/^ {2}'(rancher\/\S+)':/gm)].map(([, image = '']) => image)
  assert.equal([...new Set(named)].sort(), packed.sort())
})

standIn.run()
