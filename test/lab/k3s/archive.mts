import { createHash } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256 } from '../../../lib/host/sha256.mts'
import { run } from './parts.mts'

/** Names of layers, the lowest first, and how it starts. */
export type Image = { readonly layers: readonly string[], readonly config: Readonly<Record<string, unknown>> }

/** By its name: what fills the folder of a layer, owners and modes included. */
export type Layers = Readonly<Record<string, (root: string) => Promise<unknown>>>

/** Writes an archive that K3s imports, as `docker save` would: every image under its full name, and each layer once, compressed, for a node keeps it as it came. */
export async function writeArchive(out: string, images: Readonly<Record<string, Image>>, layers: Layers): Promise<void> {
  const work = `${out}.work`
  const image = join(work, 'image')
  await rm(work, { recursive: true, force: true })
  await mkdir(image, { recursive: true })
  const digests: Record<string, string> = {}
  for (const [name, fill] of Object.entries(layers)) digests[name] = await layer(work, name, fill)
  const manifest = []
  for (const [name, { layers: names, config }] of Object.entries(images)) {
    const text = configText(names.map(each => [each, digests[each] ?? ''] as const), config)
    const file = `${createHash('sha256').update(text).digest('hex')}.json`
    await writeFile(join(image, file), text)
    manifest.push({ Config: file, RepoTags: [name], Layers: names.map(each => `${digests[each]}/layer.tar`) })
  }
  await writeFile(join(image, 'manifest.json'), JSON.stringify(manifest))
  await run(['tar', '--use-compress-program=zstd -T0 -3', ...SAME, '-C', image, '-cf', out, '.'])
  await rm(work, { recursive: true })
}

/** What an image says of itself: of what layers, each with its sha256 unpacked, and how it starts. */
export function configText(layers: readonly (readonly [name: string, digest: string])[], config: Image['config']): string {
  return JSON.stringify({
    architecture: 'amd64', os: 'linux', created: '1970-01-01T00:00:00Z', config,
    rootfs: { type: 'layers', diff_ids: layers.map(([, digest]) => `sha256:${digest}`) },
    history: layers.map(([name]) => ({ created: '1970-01-01T00:00:00Z', created_by: `the lab's ${name}` })),
  })
}

// The same bytes whenever they are packed; who packs is root, so owners are as the layer means them.
const SAME = ['--sort=name', '--mtime=@0', '--numeric-owner']

async function layer(work: string, name: string, fill: Layers[string]): Promise<string> {
  const root = join(work, name)
  await mkdir(root, { mode: 0o755 })
  await fill(root)
  const archive = join(work, `${name}.tar`)
  await run(['tar', ...SAME, '-C', root, '-cf', archive, '.'])
  await rm(root, { recursive: true })
  const digest = await sha256(archive)
  await run(['gzip', '-n', '-6', archive])
  await mkdir(join(work, 'image', digest))
  await rename(`${archive}.gz`, join(work, 'image', digest, 'layer.tar'))
  return digest
}
