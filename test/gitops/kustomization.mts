import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { containers, podSpecs } from './workloads.mts'
import type { Manifest } from '../../lib/cluster/manifest.mts'

type Image = { readonly name: string, readonly newName?: string, readonly newTag?: string, readonly digest?: string }
type Generator = { readonly name: string, readonly namespace: string, readonly files: readonly string[], readonly options?: { readonly labels?: Readonly<Record<string, string>>, readonly disableNameSuffixHash?: boolean } }
type Kustomization = { readonly resources?: readonly string[], readonly images?: readonly Image[], readonly configMapGenerator?: readonly Generator[] }

const READ = ['apiVersion', 'kind', 'resources', 'images', 'configMapGenerator']

/**
 * The objects of a folder, as far as kustomize does what our kustomizations ask of it: resources, tags, and ConfigMaps
 * of files, which keep their name without its hash. Throws for a kustomization that wants more.
 */
export function rendered(folder: string): Manifest[] {
  const file = join(folder, 'kustomization.yaml')
  if (!existsSync(file)) return readdirSync(folder).filter(name => name.endsWith('.yaml')).sort().flatMap(name => manifests(join(folder, name)))
  const kustomization = manifests(file)[0] as unknown as Kustomization
  const unread = Object.keys(kustomization).filter(key => !READ.includes(key))
  if (unread.length > 0) throw new Error(`${file} asks for more than is read here: ${unread.join(', ')}`)
  const { resources = [], images = [], configMapGenerator = [] } = kustomization
  const objects = resources.flatMap(name => manifests(join(folder, name)))
  for (const container of podSpecs(objects).flatMap(({ spec }) => containers(spec))) container.image = tagged(container.image, images)
  return [...objects, ...configMapGenerator.map(generator => generated(folder, generator))]
}

/** The objects in a file of YAML; throws for YAML that is none, or that Kubernetes' older YAML would read in another way. */
export function manifests(file: string): Manifest[] {
  const text = readFileSync(file, 'utf8')
  const [read, older] = [objects(text, '1.2'), objects(text, '1.1')]
  if (JSON.stringify(read) !== JSON.stringify(older)) throw new Error(`${file} means one thing in YAML 1.2 and another in 1.1: quote what looks like a number, a date or a yes`)
  return read
}

function objects(text: string, version: '1.1' | '1.2'): Manifest[] {
  const documents = parseAllDocuments(text, { version, merge: false })
  const [error] = documents.flatMap(({ errors }) => errors)
  if (error) throw error
  return documents.map(document => document.toJS() as Manifest | null).filter(object => object !== null)
}

function tagged(image: string, images: readonly Image[]): string {
  const found = images.find(({ name }) => image === name || image.startsWith(`${name}:`) || image.startsWith(`${name}@`))
  if (found === undefined) return image
  return `${found.newName ?? found.name}${found.newTag ? `:${found.newTag}` : ''}${found.digest ? `@${found.digest}` : ''}`
}

function generated(folder: string, { name, namespace, files, options }: Generator): Manifest {
  const data = Object.fromEntries(files.map(file => [basename(file), readFileSync(join(folder, file), 'utf8')]))
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, ...(options?.labels && { labels: options.labels }) }, data }
}
