import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { folder } from '../folder.mts'
import { mirror, type Mirror } from './mirror.mts'

export const VERSION = 'v1.36.3+k3s1'

/** What a small release holds, for tests: its bytes are short, and everything else is as in a real one. */
export const FILES: Readonly<Record<string, string>> = { k3s: 'the program\n'.repeat(40), 'k3s-airgap-images-amd64.tar.zst': 'the images\n', 'install.sh': '#!/bin/sh\n' }

/** The sha256 of each of its files. */
export const HASHES: Readonly<Record<string, string>> = Object.fromEntries(Object.entries(FILES).map(([file, bytes]) => [file, createHash('sha256').update(bytes).digest('hex')]))

/** A mirror that serves a release out of `<folder>/<version>`, with the makers' list of hashes, which install.sh is not in. */
export async function published(): Promise<Mirror & { readonly release: string }> {
  const place = folder()
  const release = join(place, VERSION)
  mkdirSync(release)
  for (const [file, bytes] of Object.entries(FILES)) writeFileSync(join(release, file), bytes)
  writeFileSync(join(release, 'sha256sum-amd64.txt'), Object.entries(HASHES).filter(([file]) => file !== 'install.sh').map(([file, hash]) => `${hash}  ${file}\n`).join(''))
  return { ...await mirror(place), release }
}

/** The `versions.yaml` of a platform that fetches from there; without hashes as Renovate or a person leaves it. */
export function versionsOf(url: string, { version = VERSION, hashes = HASHES, hashed = '' }: { version?: string, hashes?: Readonly<Record<string, string>>, hashed?: string } = {}): string {
  const from = (file: string) => (file === 'install.sh' ? `${url}/k3s-io/k3s/{version}/${file}` : `${url}/k3s-io/k3s/releases/download/{version}/${file}`)
  return `# What is fetched.
k3s:
  # renovate: datasource=github-releases depName=k3s-io/k3s
  version: ${version}
  hashed:${hashed && ` ${hashed}`}
  checksums: ${from('sha256sum-amd64.txt')}
  files:
${Object.keys(FILES).map(file => `    # One of three.\n    ${file}:\n      url: ${from(file)} # from there\n      sha256:${hashes[file] ? ` ${hashes[file]}` : ''}\n`).join('')}`
}
