import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import { createSecret } from '../../lib/secrets/file.mts'
import { createIdentity, newIdentity } from '../../lib/secrets/identity.mts'
import { memoryPlaces } from '../../lib/secrets/memory-file.mts'
import { writeRule } from '../../lib/secrets/rule.mts'
import { Secret } from '../../lib/secrets/secret.mts'

export type Ended = { readonly code: number | null, readonly stdout: string, readonly stderr: string }

export type Running = { readonly ended: Promise<Ended>, kill(signal: NodeJS.Signals): void }

/** The secrets tool with a platform of its own: one file, `mail`, whose password is `canary-1234`. */
export type Tool = {
  /** The operator's home, for what a test leaves there. */
  readonly home: string
  /** The encrypted file, and what stands in it before each test. */
  readonly path: string
  readonly original: string
  start(args: readonly string[], options?: { readonly editor?: string, readonly input?: string }): Running
  run(args: readonly string[], options?: { readonly editor?: string, readonly input?: string }): Promise<Ended>
  /** Edits `mail` on a terminal, and gives this answer to the first question; what the screen showed. */
  answering(editor: string, answer: string): Promise<{ readonly code: number | null, readonly screen: string }>
  /** The path of an editor that does this with `$1`. */
  editor(name: string, body: string): Promise<string>
  /** What edits left in memory. */
  leftovers(): Promise<string[]>
  remove(): Promise<void>
}

const ROOT = join(import.meta.dirname, '../..')

/** Makes the platform. */
export async function tool(): Promise<Tool> {
  const folder = await mkdtemp(join(tmpdir(), 'secrets-tool-'))
  const home = await mkdtemp(join(tmpdir(), 'secrets-home-'))
  // A memory-backed folder of its own: other edits may go on on this machine.
  const memory = await mkdtemp(join(memoryPlaces().find(place => existsSync(place)) ?? tmpdir(), 'secrets-memory-'))
  const operator = await createIdentity(join(home, 'sops/age/keys.txt'))
  await writeRule(folder, [operator.recipient, (await newIdentity()).recipient])
  const path = await createSecret(folder, 'mail', [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'mail' }, stringData: { password: new Secret('canary-1234') } }])
  const around = (editor: string) => ({ ...process.env, NODE: process.execPath, PLATFORM_DIR: folder, XDG_CONFIG_HOME: home, XDG_RUNTIME_DIR: memory, EDITOR: editor, SOPS_EDITOR: '' })

  function start(args: readonly string[], { editor = 'true', input = '' } = {}): Running {
    const child = spawn(process.execPath, ['--import', 'tsx', 'runbooks/secrets.mts', ...args], { cwd: ROOT, env: around(editor) })
    child.stdin.end(input)
    const closed = new Promise<number | null>(resolve => child.on('close', resolve))
    const ended = Promise.all([closed, readAll(child.stdout), readAll(child.stderr)]).then(([code, stdout, stderr]) => ({ code, stdout, stderr }))
    return { ended, kill: signal => child.kill(signal) }
  }

  return {
    home,
    path,
    original: await readFile(path, 'utf8'),
    start,
    run: (args, options) => start(args, options).ended,
    async answering(editor, answer) {
      const child = spawn('script', ['-qec', '"$NODE" --import tsx runbooks/secrets.mts edit mail', '/dev/null'], { cwd: ROOT, env: around(editor) })
      let screen = ''
      child.stdout.on('data', data => {
        const asked = screen.includes('edit again?')
        screen += data
        if (!asked && screen.includes('edit again?')) child.stdin.write(answer)
      })
      const code = await new Promise<number | null>(resolve => child.on('close', resolve))
      return { code, screen }
    },
    async editor(name, body) {
      const script = join(home, name)
      await writeFile(script, `#!/bin/sh\n${body}\n`)
      await chmod(script, 0o700)
      return script
    },
    leftovers: () => readdir(memory),
    async remove() {
      await Promise.all([folder, home, memory].map(place => rm(place, { recursive: true, force: true })))
    },
  }
}
