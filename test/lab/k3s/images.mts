import { createHash } from 'node:crypto'
import { chmod, cp, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { sha256 } from '../../../lib/host/sha256.mts'
import { MODULE, part, run } from './parts.mts'

/** Whose programs an image has, and how they start; the names are K3s'. */
type Image = { readonly layers: readonly string[], readonly config: Readonly<Record<string, unknown>> }

/** Writes the archive that K3s imports at its start, as `docker save` would: every image, and each layer once. */
export async function writeImages(out: string): Promise<void> {
  const work = `${out}.work`
  await rm(work, { recursive: true, force: true })
  await mkdir(join(work, 'image'), { recursive: true })
  const layers = await makeLayers(work)
  const manifest = []
  for (const [name, { layers: names, config }] of Object.entries(IMAGES)) {
    const digests = names.map(each => layers[each] ?? '')
    const text = JSON.stringify({
      architecture: 'amd64', os: 'linux', created: '1970-01-01T00:00:00Z', config,
      rootfs: { type: 'layers', diff_ids: digests.map(digest => `sha256:${digest}`) },
      history: names.map(each => ({ created: '1970-01-01T00:00:00Z', created_by: `the lab's ${each}` })),
    })
    const file = `${createHash('sha256').update(text).digest('hex')}.json`
    await writeFile(join(work, 'image', file), text)
    manifest.push({ Config: file, RepoTags: [`docker.io/${name}`], Layers: digests.map(digest => `${digest}/layer.tar`) })
  }
  await writeFile(join(work, 'image', 'manifest.json'), JSON.stringify(manifest))
  await run(['tar', '--use-compress-program=zstd -T0 -6', ...SAME, '-C', join(work, 'image'), '-cf', out, '.'])
  await rm(work, { recursive: true })
}

const IMAGES: Readonly<Record<string, Image>> = {
  'rancher/mirrored-pause:3.6': { layers: ['base', 'pause'], config: { Entrypoint: ['/pause'], User: '65535:65535' } },
  'rancher/mirrored-coredns-coredns:1.15.0': { layers: ['base', 'coredns'], config: { Entrypoint: ['/coredns'], User: '65532:65532' } },
  'rancher/local-path-provisioner:v0.0.30': { layers: ['base', 'local-path-provisioner'], config: { Entrypoint: ['/local-path-provisioner'], Env: ['PATH=/'] } },
  'rancher/mirrored-metrics-server:v0.9.0': { layers: ['base', 'metrics-server'], config: { Entrypoint: ['/metrics-server'], User: '1000:1000' } },
  'rancher/mirrored-library-traefik:3.6.12': { layers: ['base', 'traefik'], config: { Entrypoint: ['/traefik'] } },
  'rancher/mirrored-library-busybox:1.37.0': { layers: ['base', 'tools'], config: { Cmd: ['sh'], Env: ['PATH=/bin:/sbin:/usr/bin:/usr/sbin'] } },
  'rancher/klipper-lb:v0.4.17': { layers: ['base', 'tools', 'balancer'], config: { Entrypoint: ['/entry'], Env: ['PATH=/bin:/sbin:/usr/bin:/usr/sbin'] } },
}

// The same bytes whenever and by whomever they are packed.
const SAME = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner']

async function makeLayers(work: string): Promise<Record<string, string>> {
  const digests: Record<string, string> = {}
  for (const [name, fill] of Object.entries(LAYERS)) {
    const root = join(work, name)
    await mkdir(root)
    await fill(root)
    const archive = join(work, `${name}.tar`)
    await run(['tar', ...SAME, '-C', root, '-cf', archive, '.'])
    const digest = await sha256(archive)
    await mkdir(join(work, 'image', digest))
    await rename(archive, join(work, 'image', digest, 'layer.tar'))
    digests[name] = digest
  }
  return digests
}

const LAYERS: Readonly<Record<string, (root: string) => Promise<unknown>>> = {
  base: async root => {
    await mkdir(join(root, 'etc'))
    await mkdir(join(root, 'tmp'))
    await chmod(join(root, 'tmp'), 0o1777)
    await writeFile(join(root, 'etc/passwd'), 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n')
    await writeFile(join(root, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\n')
  },
  ...Object.fromEntries((['pause', 'coredns', 'local-path-provisioner', 'metrics-server', 'traefik'] as const).map(name => [
    name, async (root: string) => cp(join(await part(name), name), join(root, name)),
  ])),
  tools: async root => {
    await cp(join(await part('debian'), 'tree'), root, { recursive: true, verbatimSymlinks: true })
    await rm(join(root, 'usr/sbin/runc'))
    await Promise.all(['iptables', 'ip6tables'].map(async name => {
      await rm(join(root, 'usr/sbin', name), { force: true })
      await symlink('xtables-nft-multi', join(root, 'usr/sbin', name))
    }))
    const { stdout } = await promisify(execFile)('chroot', [root, '/bin/busybox', '--list'])
    const there = await readdir(join(root, 'bin'))
    await Promise.all(stdout.split('\n').filter(name => name !== '' && !there.includes(name)).map(name => symlink('busybox', join(root, 'bin', name))))
  },
  balancer: root => cp(join(MODULE, 'images/entry'), join(root, 'entry')),
}
