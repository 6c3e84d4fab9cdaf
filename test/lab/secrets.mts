import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { $ } from 'zx'
import { newIdentity, recipientsOf } from '../../lib/secrets/identity.mts'

// What a platform's repository takes; the lab keeps its keys in the same folder.
const TAKEN = ['/*', '!/.gitignore', '!/.sops.yaml', '!/secrets/', '!/gitops/']

/** The surroundings of everything that runs on the operator's side: this lab's folder, its own age key and its own downloads, never the user's. */
export function environment(platformDir: string): NodeJS.ProcessEnv {
  return { ...process.env, PLATFORM_DIR: platformDir, SOPS_AGE_KEY_FILE: join(platformDir, 'age', 'keys.txt'), XDG_CACHE_HOME: join(platformDir, 'cache') }
}

/** Makes the folder a repository, and the key that an owner would keep on paper; gives back the settings that follow. */
export async function secretSettings(platformDir: string): Promise<Record<string, string>> {
  const paper = join(platformDir, 'age', 'recovery.txt')
  if (!existsSync(paper)) {
    await mkdir(join(platformDir, 'age'), { recursive: true, mode: 0o700 })
    await writeFile(paper, `${(await newIdentity()).identity.reveal()}\n`, { mode: 0o600 })
  }
  if (!existsSync(join(platformDir, '.git'))) {
    await writeFile(join(platformDir, '.gitignore'), `${TAKEN.join('\n')}\n`)
    await $({ quiet: true, nothrow: true })`git init --quiet ${platformDir}`
  }
  const [RECOVERY_RECIPIENT = ''] = await recipientsOf(paper)
  return { RECOVERY_RECIPIENT }
}

/** The recovery key, as its owner would type it. */
export async function recoveryKey(platformDir: string): Promise<string> {
  return (await readFile(join(platformDir, 'age', 'recovery.txt'), 'utf8')).trim()
}
