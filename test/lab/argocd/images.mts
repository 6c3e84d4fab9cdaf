import { appendFile, chmod, chown, copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { badInput } from '../../../lib/engine/failure.mts'
import { writeArchive, type Image, type Layers } from '../k3s/archive.mts'
import { run } from '../k3s/parts.mts'
import { debian } from './debian.mts'
import { moduleFolder, program, PROGRAMS, VERSION } from './programs.mts'

/** The user that both images run as. */
const USER = 999

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Every image of the manifest that is used here, under its name there. */
export const IMAGES: Readonly<Record<string, Image>> = {
  [`quay.io/argoproj/argocd:${VERSION}`]: {
    layers: ['debian', 'argocd'],
    config: {
      User: String(USER), WorkingDir: '/home/argocd', Entrypoint: ['/usr/bin/tini', '--'],
      Env: [PATH, `ARGOCD_USER_ID=${USER}`, 'USER=argocd', 'GRPC_ENABLE_TXT_SERVICE_CONFIG=false'],
    },
  },
  'public.ecr.aws/docker/library/redis:8.2.3-alpine': {
    layers: ['debian', 'redis'],
    config: { WorkingDir: '/data', Volumes: { '/data': {} }, ExposedPorts: { '6379/tcp': {} }, Entrypoint: ['docker-entrypoint.sh'], Cmd: ['redis-server'], Env: [PATH] },
  },
}

// Single sign-on is not used, and its program cannot be had.
const NOT_USED = /\/dex:/

/** Writes the archive with Argo CD's images; refuses where the manifest names another than are made here. */
export async function writeImages(out: string, manifest: string): Promise<void> {
  const missing = imagesOf(await readFile(manifest, 'utf8')).filter(name => !(name in IMAGES) && !NOT_USED.test(name))
  if (missing.length > 0) throw badInput(`Argo CD ${VERSION} starts images that the lab does not make`, { found: missing.join(', '), next: 'test/lab/argocd/images.mts' })
  await writeArchive(out, IMAGES, LAYERS)
}

/** The images that a manifest names, each once. */
export function imagesOf(manifest: string): string[] {
  return [...new Set([...manifest.matchAll(/^[\s-]*image: *["']?([^\s"']+)/gm)].map(([, name = '']) => name))].sort()
}

const PERSONALITIES = ['server', 'repo-server', 'cmp-server', 'application-controller', 'dex', 'notifications', 'applicationset-controller', 'k8s-auth', 'commit-server']

const LAYERS: Layers = {
  debian: async root => run(['cp', '-a', `${join(await debian(), 'tree')}/.`, root]),
  // As the makers' Dockerfile has it.
  argocd: async root => {
    const bin = join(root, 'usr/local/bin')
    for (const path of ['usr/local/bin', 'etc/ssh', 'home/argocd', 'app/config/ssh', 'app/config/tls', 'app/config/gpg/source', 'app/config/gpg/keys']) await mkdir(join(root, path), { recursive: true })
    const source = await moduleFolder(PROGRAMS.argocd.module, VERSION)
    for (const file of ['entrypoint.sh', 'hack/gpg-wrapper.sh', 'hack/git-verify-wrapper.sh']) await copyFile(join(source, file), join(bin, basename(file)))
    for (const name of ['argocd', 'helm', 'kustomize'] as const) await copyFile(join(await program(name), name), join(bin, name))
    await symlink('/usr/local/bin/entrypoint.sh', join(bin, 'uid_entrypoint.sh'))
    for (const name of PERSONALITIES) await symlink('/usr/local/bin/argocd', join(bin, `argocd-${name}`))
    await writeFile(join(root, 'app/config/ssh/ssh_known_hosts'), '')
    await symlink('/app/config/ssh/ssh_known_hosts', join(root, 'etc/ssh/ssh_known_hosts'))
    await withUser(root)
    await run(['chmod', '-R', 'u=rwX,go=rX', root])
    await run(['chmod', '755', ...['entrypoint.sh', 'gpg-wrapper.sh', 'git-verify-wrapper.sh'].map(name => join(bin, name))])
    await owned(join(root, 'home/argocd'), 0o775, 0)
    await owned(join(root, 'app/config/gpg/keys'), 0o700, 0)
  },
  redis: async root => {
    await mkdir(join(root, 'data'))
    await mkdir(join(root, 'usr/local/bin'), { recursive: true })
    // Of the makers' script what a container that is not root needs: options alone are the server's.
    const entry = join(root, 'usr/local/bin/docker-entrypoint.sh')
    await writeFile(entry, '#!/bin/sh\nset -e\ncase "${1:-}" in -*|*.conf) set -- redis-server "$@";; esac\nexec "$@"\n')
    await withUser(root)
    await run(['chmod', '-R', 'u=rwX,go=rX', root])
    await chmod(entry, 0o755)
    await owned(join(root, 'data'), 0o755, USER)
  },
}

async function owned(path: string, mode: number, group: number): Promise<void> {
  await chown(path, USER, group)
  await chmod(path, mode)
}

/** Debian's users, and one more. */
async function withUser(root: string): Promise<void> {
  await mkdir(join(root, 'etc'), { recursive: true })
  for (const [file, line] of [['passwd', `argocd:x:${USER}:${USER}::/home/argocd:/bin/sh\n`], ['group', `argocd:x:${USER}:\n`]] as const) {
    await copyFile(join(await debian(), 'tree/etc', file), join(root, 'etc', file))
    await appendFile(join(root, 'etc', file), line)
  }
}
