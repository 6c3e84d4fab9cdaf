import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { $ } from 'zx'

export type SshKey = { readonly path: string, readonly public: string }

/** The lab operator's own key, made once per platform folder; or the key of another, in a folder of his. */
export async function sshKey(folder: string, owner = 'operator@lab'): Promise<SshKey> {
  const path = join(folder, 'id_ed25519')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if (!existsSync(path)) await $({ quiet: true })`ssh-keygen -q -t ed25519 -N ${''} -C ${owner} -f ${path}`
  return { path, public: (await readFile(`${path}.pub`, 'utf8')).trim() }
}
