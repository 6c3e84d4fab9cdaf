import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { sha256 } from '../../../lib/host/sha256.mts'
import { writeDotenv } from '../dotenv.mts'
import { artifacts, IMAGES_FILE, VERSIONS } from './artifacts.mts'

const RELEASE = 'https://github.com/k3s-io/k3s/releases/download/{version}'
const ADDRESSES: Readonly<Record<string, string>> = {
  k3s: `${RELEASE}/k3s`,
  [IMAGES_FILE]: `${RELEASE}/${IMAGES_FILE}`,
  'install.sh': 'https://raw.githubusercontent.com/k3s-io/k3s/{version}/install.sh',
}

/**
 * Points a lab's platform at a version of the stand-in: its own `versions.yaml`, and `ARTIFACTS` in `.env`. `label`
 * says another version than the files are, for what is refused before any file is looked at.
 */
export async function pin({ platformDir }: { readonly platformDir: string }, version: string = VERSIONS.current, label: string = version): Promise<void> {
  const folder = (await artifacts()).dir(version)
  const hashes = await Promise.all(Object.keys(ADDRESSES).map(async file => [file, await sha256(join(folder, file))] as const))
  await writeFile(join(platformDir, 'versions.yaml'), versionsText(label, Object.fromEntries(hashes)))
  await writeDotenv(platformDir, { ARTIFACTS: folder })
}

/** A `versions.yaml` with these hashes: the addresses are those of K3s' own release, which nobody asks here. */
export function versionsText(version: string, hashes: Readonly<Record<string, string>>): string {
  const files = Object.fromEntries(Object.entries(ADDRESSES).map(([file, url]) => [file, { url, sha256: hashes[file] }]))
  return stringify({ k3s: { version, files } }, { lineWidth: 0 })
}
