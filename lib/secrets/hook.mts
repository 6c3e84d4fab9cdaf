import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { createFile } from './vault.mts'

const ROOT = resolve(import.meta.dirname, '../..')

/** Asks whether the gate is to run before each commit; not where Git is not at home, and never over a hook that is there. */
export async function offerHook(folder: string, ask: (question: string) => Promise<string | undefined>): Promise<void> {
  if (!existsSync(join(folder, '.git'))) return
  const { stdout } = await promisify(execFile)('git', ['-C', folder, 'rev-parse', '--path-format=absolute', '--git-path', 'hooks/pre-commit'])
  const hook = stdout.trim()
  if (existsSync(hook) || !/^y/i.test(await ask('Run the gate before each commit, as a Git hook? [y/N]') ?? '')) return
  await createFile(hook, `#!/bin/sh\ncd '${ROOT.replaceAll('\'', '\'\\\'\'')}' && PLATFORM_DIR='${folder.replaceAll('\'', '\'\\\'\'')}' exec npm run --silent secrets -- check --staged\n`, 0o755)
}
