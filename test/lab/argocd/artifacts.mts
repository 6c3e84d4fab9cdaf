import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { artifacts as k3sArtifacts } from '../k3s/artifacts.mts'
import { FINISHED, kept, keyOf } from '../k3s/kept.mts'
import { alone } from '../k3s/lock.mts'
import { GO_CACHE, refuseWithoutTools } from '../k3s/parts.mts'
import { readyMachine } from '../machine.mts'
import { debian } from './debian.mts'
import { writeImages } from './images.mts'
import { moduleFolder, program, PROGRAMS, VERSION } from './programs.mts'

export const IMAGES_FILE = 'argocd-images.tar.zst'

/** The manifest under the name it has in `versions.yaml`. */
export const MANIFEST = 'argocd-install.yaml'

const SOURCES = ['programs.mts', 'debian.mts', 'images.mts', 'artifacts.mts', '../k3s/archive.mts']
const STEPS = ['debian', 'kustomize', 'helm', 'argocd'] as const

let building: Promise<string> | undefined
let at = ''

/** What is being built, while something is. */
export function progress(): string {
  return at
}

/** The folder with Argo CD's manifest, the genuine one, and an archive of its images; built when this machine has none of these sources yet, after K3s. */
export function artifacts(): Promise<string> {
  building ??= build()
  return building
}

/** The folder, if it is built already. */
export async function finished(): Promise<string | undefined> {
  const folder = join(FINISHED, `argocd-images-${await key()}`)
  return existsSync(folder) ? folder : undefined
}

async function build(): Promise<string> {
  const there = await finished()
  if (there) return there
  // One build at a time: K3s is needed first.
  await k3sArtifacts()
  await readyMachine()
  await refuseWithoutTools()
  return alone(join(FINISHED, 'lock'), async () => kept('argocd-images', await key(), assemble))
}

async function assemble(out: string): Promise<void> {
  let done = 0
  const stage = (what: string) => { at = `${++done} of ${STEPS.length + 1}: ${what}` }
  for (const name of STEPS) {
    stage(name)
    await (name === 'debian' ? debian() : program(name))
  }
  stage('images')
  await mkdir(out, { recursive: true })
  await copyFile(join(await moduleFolder(PROGRAMS.argocd.module, VERSION), 'manifests/install.yaml'), join(out, MANIFEST))
  await chmod(join(out, MANIFEST), 0o644)
  await writeImages(join(out, IMAGES_FILE), join(out, MANIFEST))
  // As after K3s: the kubelet clears away when the disk runs low, and this is the largest thing on it.
  if (process.env.KEEP_GO_CACHE === undefined) await rm(GO_CACHE, { recursive: true, force: true })
  at = ''
}

function key(): Promise<string> {
  return keyOf(import.meta.dirname, SOURCES)
}
