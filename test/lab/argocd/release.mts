import { join } from 'node:path'
import { $ } from 'zx'
import { Failure } from '../../../lib/engine/failure.mts'
import { genuine, provide } from '../k3s/release.mts'
import { refuseWithoutTools } from '../k3s/parts.mts'
import { readyMachine } from '../machine.mts'
import { artifacts, finished, IMAGES_FILE } from './artifacts.mts'
import type { Lab } from '../lab.mts'

const FOLDER = '/var/lib/rancher/k3s/agent/images'

/**
 * Starts to build Argo CD's images where the stand-in for K3s, which asks no registry, will need them. `ready` waits
 * for them and gives them to a lab; where the genuine ones can be had it does nothing. Throws at once where they can
 * neither be had nor built.
 */
export async function prepare(standIn: boolean): Promise<{ ready(lab: Lab): Promise<void> }> {
  if (!standIn && await genuine()) return { ready: async () => undefined }
  if (await finished() === undefined) await refuseWithoutTools()
  // Told to whoever waits; nobody may be waiting yet.
  artifacts().catch(() => undefined)
  return { ready: images }
}

/** Gives a lab Argo CD's manifest, on the operator's side, and its images, which K3s imports at its start, or at once where it runs. */
export async function images({ site, platformDir, exec }: Lab): Promise<void> {
  const archive = join(await artifacts(), IMAGES_FILE)
  await provide(platformDir)
  const { engine, env, run } = await readyMachine()
  if ((await exec('systemctl is-active --quiet k3s')).code !== 0) {
    await exec('mkdir -p "$1"', FOLDER)
    await run(['cp', archive, `${site.host.container}:${FOLDER}/${IMAGES_FILE}`])
    return
  }
  // Pinned: the kubelet deletes what no pod uses when the disk runs low, and it could not be pulled again.
  const words = ['exec', '--interactive', site.host.container, 'k3s', 'ctr', 'images', 'import', '--local', '--label', 'io.cri-containerd.pinned=pinned', '-']
  const { exitCode, stderr } = await $({ env, nothrow: true, quiet: true })`zstd --decompress --stdout ${archive} | ${engine} ${words}`
  if (exitCode !== 0) throw new Failure('Argo CD\'s images could not be imported', { command: words.slice(3).join(' '), found: stderr.trim() })
}
