import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { environment } from '../secrets.mts'
import { ROOT } from '../site.mts'
import type { Lab } from '../lab.mts'

export type Fix = { readonly where: 'operator' | 'server', readonly script: string }

/** The blocks that a page tells the reader to paste when this claim is red, in order. */
export function fixes(stem: string, claim: string): Fix[] {
  const page = readFileSync(join(ROOT, 'docs', `${stem}.md`), 'utf8')
  const section = page.split(new RegExp(`^### ${claim}$`, 'm'))[1]?.split(/^##/m)[0] ?? ''
  return [...section.matchAll(/^```sh fix( server)?\n([\s\S]*?)^```$/gm)]
    .map(([, server, script = '']) => ({ where: server ? 'server' : 'operator', script }))
}

/** Pastes one block where it belongs; throws with its output when it fails. */
export async function paste(lab: Lab, { where, script }: Fix): Promise<void> {
  if (where === 'server') {
    const { code, stdout, stderr } = await lab.exec(`set -e\n${script}`)
    if (code !== 0) throw new Error(`a fix for the server ended with ${code}:\n${script}\n${stdout}${stderr}`)
    return
  }
  await pasted(lab, script)
}

/** What a person's shell prints, in the repository, for a block of a page. */
export async function pasted(lab: Lab, script: string): Promise<string> {
  // npx starts npm first, for every one of a hundred pastes.
  const direct = script.replaceAll('npx tsx ', 'node --import tsx ')
  return operator(lab, `set -a; . "$PLATFORM_DIR/.env"; set +a; cd "${ROOT}"; exec 2>&1\n${direct}`)
}

/** Runs shell text on the operator's side, in the platform's folder. */
export async function operator(lab: Lab, script: string): Promise<string> {
  const { stdout } = await promisify(execFile)('bash', ['-ec', script], { cwd: lab.platformDir, env: environment(lab.platformDir) })
  return stdout
}
