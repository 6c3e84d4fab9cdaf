import { existsSync } from 'node:fs'
import { chmod, copyFile, cp, link, mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { sha256 } from '../../../lib/host/sha256.mts'
import { contentKey, FINISHED, kept } from './kept.mts'
import { alone } from './lock.mts'
import { go, GO_CACHE, MODULE, part, PARTS, refuseWithoutTools, run } from './parts.mts'
import { writeImages } from './images.mts'
import { readyMachine } from '../machine.mts'

/** The versions that exist: the lab's own, one to upgrade from, and one that installs and does not start. */
export const VERSIONS = { current: 'v1.36.3+k3s1', older: 'v1.36.2+k3s1', broken: 'v1.36.4+k3s1' } as const

/** Folders in the layout of K3s' air-gapped installation, one a version. */
export type Artifacts = { dir(version: string): string }

export const IMAGES_FILE = 'k3s-airgap-images-amd64.tar.zst'

const FAULT = 'this version was made to fail: the lab wants to see it rolled back'
// The server is all but the tests and the words about it.
const SOURCES = ['go.mod', 'go.sum', 'server', 'pause', 'images', 'install.sh', 'parts.mts', 'images.mts', 'artifacts.mts']

let building: Promise<Artifacts> | undefined
let at = ''

/** What is being built, while something is. */
export function progress(): string {
  return at
}

/** The artefacts, built when this machine has none of these sources yet: once a process, and by one process at a time. */
export function artifacts(): Promise<Artifacts> {
  building ??= build()
  return building
}

/** The artefacts if they are built already. */
export async function finished(): Promise<Artifacts | undefined> {
  const folder = join(FINISHED, `artifacts-${await contentKey(SOURCES)}`)
  return existsSync(folder) ? { dir: version => join(folder, version) } : undefined
}

async function build(): Promise<Artifacts> {
  const there = await finished()
  if (there) return there
  await readyMachine()
  await refuseWithoutTools()
  await mkdir(FINISHED, { recursive: true })
  const folder = await alone(join(FINISHED, 'lock'), async () => kept('artifacts', await contentKey(SOURCES), assemble))
  return { dir: version => join(folder, version) }
}

async function assemble(out: string): Promise<void> {
  const steps = PARTS.length + Object.keys(VERSIONS).length + 1
  let done = 0
  const stage = (what: string) => { at = `${++done} of ${steps}: ${what}` }
  for (const name of PARTS) {
    stage(name)
    await part(name)
  }
  stage('images')
  const images = join(out, IMAGES_FILE)
  await writeImages(images)
  const source = await prepareSource(join(FINISHED, 'unfinished-source'))
  for (const version of Object.values(VERSIONS)) {
    stage(`k3s ${version}`)
    const dir = join(out, version)
    await mkdir(dir)
    await link(images, join(dir, IMAGES_FILE))
    await copyFile(join(MODULE, 'install.sh'), join(dir, 'install.sh'))
    await chmod(join(dir, 'install.sh'), 0o755)
    await go(['-C', source, 'build', `-ldflags=${linking(version)}`, '-o', join(dir, 'k3s'), './server'])
    const lines = await Promise.all(['k3s', IMAGES_FILE].map(async file => `${await sha256(join(dir, file))}  ${file}\n`))
    await writeFile(join(dir, 'sha256sum-amd64.txt'), lines.join(''))
  }
  await rm(images)
  await rm(source, { recursive: true })
  // The kubelet clears away when the disk runs low, and this is the largest thing on it.
  if (process.env.KEEP_GO_CACHE === undefined) await rm(GO_CACHE, { recursive: true, force: true })
  at = ''
}

/** The module with the programs that the server carries in it, beside the tree: the repository stays clean. */
async function prepareSource(source: string): Promise<string> {
  const bin = join(source, 'bin')
  await rm(source, { recursive: true, force: true })
  await mkdir(bin, { recursive: true })
  for (const path of ['go.mod', 'go.sum', 'server']) await cp(join(MODULE, path), join(source, path), { recursive: true })
  for (const name of ['containerd', 'cni'] as const) await cp(await part(name), bin, { recursive: true })
  await copyFile(join(await part('debian'), 'tree/usr/sbin/runc'), join(bin, 'runc'))
  await run(['tar', '--use-compress-program=zstd -T0 -9', '--sort=name', '--mtime=@0', '--owner=0', '--group=0', '-C', source, '-cf', join(source, 'server/bundle/bundle.tar.zst'), basename(bin)])
  return source
}

function linking(version: string): string {
  const [, major, minor] = /^v(\d+)\.(\d+)/.exec(version) ?? []
  const set = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' }
  return [
    '-s -w', ...Object.entries(set).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`),
    ...(version === VERSIONS.broken ? [`-X 'main.fault=${FAULT}'`] : []),
  ].join(' ')
}
