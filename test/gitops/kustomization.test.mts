import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { folder } from '../folder.mts'
import { rendered } from './kustomization.mts'

const test = suite('kustomization')

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: { name: web, namespace: web }\nspec: { initContainers: [{ name: first, image: registry.example/init:1 }], containers: [{ name: web, image: registry.example/web }] }\n'

function at(files: Readonly<Record<string, string>>): string {
  const place = folder()
  for (const [name, text] of Object.entries(files)) writeFileSync(join(place, name), text)
  return place
}

test('objects are those of the named files, in their order, several a file', () => {
  const place = at({ 'kustomization.yaml': 'resources: [b.yaml, a.yaml]\n', 'a.yaml': POD, 'b.yaml': 'kind: One\n---\nkind: Two\n---\n', 'c.yaml': 'kind: Unnamed\n' })
  assert.equal(rendered(place).map(({ kind }) => kind), ['One', 'Two', 'Pod'])
})

test('a folder without a kustomization is all of its YAML', () => {
  assert.equal(rendered(at({ 'b.yaml': 'kind: B\n', 'a.yaml': 'kind: A\n', 'README.md': '# none\n' })).map(({ kind }) => kind), ['A', 'B'])
})

test('a tag comes from the kustomization, and only to the image that it names', () => {
  const [pod] = rendered(at({ 'kustomization.yaml': 'resources: [a.yaml]\nimages: [{ name: registry.example/web, newTag: "2" }]\n', 'a.yaml': POD }))
  const { initContainers, containers } = pod?.['spec'] as Record<string, { image: string }[]>
  assert.equal([initContainers?.[0]?.image, containers?.[0]?.image], ['registry.example/init:1', 'registry.example/web:2'])
})

test('a ConfigMap of files has what is in them', () => {
  const generator = 'configMapGenerator: [{ name: page, namespace: web, files: [index.html], options: { labels: { a: b } } }]\n'
  assert.equal(rendered(at({ 'kustomization.yaml': generator, 'index.html': 'Hello.\n' })), [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'page', namespace: 'web', labels: { a: 'b' } }, data: { 'index.html': 'Hello.\n' } }])
})

test('what is not read here is refused by name', () => {
  assert.throws(() => rendered(at({ 'kustomization.yaml': 'resources: []\npatches: []\n' })), /asks for more than is read here: patches/)
})

test('YAML that is none is refused, and YAML that Kubernetes reads in another way', () => {
  assert.throws(() => rendered(at({ 'a.yaml': 'kind: [\n' })))
  assert.throws(() => rendered(at({ 'a.yaml': 'kind: ConfigMap\ndata: { enabled: yes }\n' })), /means one thing in YAML 1.2 and another in 1.1/)
})

test.run()
