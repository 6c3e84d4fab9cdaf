import { existsSync } from 'node:fs'
import { mkdir, readdir, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { stringify } from 'yaml'
import { sha256 } from '../../../lib/host/sha256.mts'
import { finished as finishedArgocd, MANIFEST } from '../argocd/artifacts.mts'
import { VERSION as ARGOCD } from '../argocd/programs.mts'
import { isSet, writeDotenv } from '../dotenv.mts'
import { artifacts, IMAGES_FILE, VERSIONS } from './artifacts.mts'

const RELEASE = 'https://github.com/k3s-io/k3s/releases/download/{version}'
const K3S: Readonly<Record<string, string>> = {
  k3s: `${RELEASE}/k3s`,
  [IMAGES_FILE]: `${RELEASE}/${IMAGES_FILE}`,
  'install.sh': 'https://raw.githubusercontent.com/k3s-io/k3s/{version}/install.sh',
}
const MANIFESTS: Readonly<Record<string, string>> = {
  [MANIFEST]: 'https://raw.githubusercontent.com/argoproj/argo-cd/{version}/manifests/install.yaml',
}

/**
 * Points a lab's platform at a version of the stand-in, and at Argo CD's manifest where that is built: its own
 * `versions.yaml`, and `ARTIFACTS` in `.env`. `label` says another version than the files are, for what is refused
 * before any file is looked at.
 */
export async function pin({ platformDir }: { readonly platformDir: string }, version: string = VERSIONS.current, label: string = version): Promise<void> {
  const [k3s, argocd] = [(await artifacts()).dir(version), await finishedArgocd()]
  const components = [
    { name: 'k3s', version: label, hashes: await hashes(k3s, K3S) },
    ...(argocd === undefined ? [] : [{ name: 'argocd', version: ARGOCD, hashes: await hashes(argocd, MANIFESTS) }]),
  ]
  await writeFile(join(platformDir, 'versions.yaml'), versionsText(components))
  const folder = artifactsOf(platformDir)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  for (const path of await wanted(k3s, argocd)) await symlink(path, join(folder, basename(path)))
  await writeDotenv(platformDir, { ARTIFACTS: folder })
}

/** Whether a platform has the files of this folder of the stand-in, and whatever else is built. */
export async function isPinned(platformDir: string, k3s: string): Promise<boolean> {
  const folder = artifactsOf(platformDir)
  if (!await isSet(platformDir, 'ARTIFACTS', folder) || !existsSync(folder)) return false
  const there = await Promise.all((await readdir(folder)).sort().map(file => readlink(join(folder, file)).catch(() => '')))
  return there.join() === (await wanted(k3s, await finishedArgocd())).join()
}

/** A `versions.yaml` with these hashes: the addresses are those of the genuine releases, which nobody asks here. */
export function versionsText(components: readonly { readonly name: string, readonly version: string, readonly hashes: Readonly<Record<string, string>> }[]): string {
  const addresses = { ...K3S, ...MANIFESTS }
  const entries = components.map(({ name, version, hashes }) => {
    const files = Object.entries(hashes).map(([file, sha256]) => [file, { url: addresses[file], sha256 }] as const)
    return [name, { version, files: Object.fromEntries(files) }] as const
  })
  return stringify(Object.fromEntries(entries), { lineWidth: 0 })
}

// A folder of the platform's own: what the links lead to is shared, and never written to.
function artifactsOf(platformDir: string): string {
  return join(platformDir, 'artifacts')
}

async function wanted(k3s: string, argocd: string | undefined): Promise<string[]> {
  const paths = [...(await readdir(k3s)).map(file => join(k3s, file)), ...(argocd === undefined ? [] : [join(argocd, MANIFEST)])]
  return paths.sort((one, other) => (basename(one) < basename(other) ? -1 : 1))
}

async function hashes(folder: string, addresses: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  return Object.fromEntries(await Promise.all(Object.keys(addresses).map(async file => [file, await sha256(join(folder, file))] as const)))
}
