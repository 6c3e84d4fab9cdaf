import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { $ } from 'zx'
import { Failure } from './failure.mts'

const NAMESPACE = 'evidence'

// Without a terminal of its own it cannot stop to ask for a passphrase: a key that needs one must be in the agent.
const spawn = $({ quiet: true, nothrow: true, detached: true, timeout: '10s' })

/** Signs a file with an SSH key, as `<file>.sig`; throws with ssh-keygen's words when the key cannot be used. */
export async function sign(file: string, key: string): Promise<void> {
  const { exitCode, stderr } = await spawn({ stdio: ['ignore', 'pipe', 'pipe'] })`ssh-keygen -Y sign -q -f ${key} -n ${NAMESPACE} ${file}`
  if (exitCode !== 0) throw new Failure('the evidence could not be signed', { found: stderr.trim(), next: `ssh-add ${key}` })
}

/** Whether `<file>.sig` is this key's signature of the file; `key` is the path of the private half, beside its `.pub`. */
export async function isSignedBy(file: string, key: string): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'signers-'))
  const content = openSync(file, 'r')
  try {
    const signers = join(folder, 'allowed_signers')
    writeFileSync(signers, `operator namespaces="${NAMESPACE}" ${readFileSync(`${key}.pub`, 'utf8')}`)
    const { exitCode } = await spawn({ stdio: [content, 'pipe', 'pipe'] })`ssh-keygen -Y verify -f ${signers} -I operator -n ${NAMESPACE} -s ${file}.sig`
    return exitCode === 0
  } finally {
    closeSync(content)
    rmSync(folder, { recursive: true })
  }
}
