import { join } from 'node:path'
import { $ } from 'zx'
import { Failure } from '../../lib/engine/failure.mts'

export type Engine = 'docker' | 'podman'

export type Answer = { readonly stdout: string, readonly stderr: string, readonly code: number }

/** Whatever runs the containers here. */
export type Containers = {
  readonly engine: Engine
  readonly env: NodeJS.ProcessEnv
  /** Runs one command and gives back what it printed; throws a `Failure` when it exits with anything but 0. */
  run(words: readonly string[]): Promise<string>
  /** Runs one command that may fail. */
  attempt(words: readonly string[]): Promise<Answer>
}

/** The containers of an engine; podman is held to netavark and runc by a file of ours, whatever the machine prefers. */
export function containers(engine: Engine): Containers {
  const env = engine === 'podman' ? { ...process.env, CONTAINERS_CONF: join(import.meta.dirname, 'containers.conf') } : process.env
  const attempt = async (words: readonly string[]): Promise<Answer> => {
    const { stdout, stderr, exitCode } = await $({ env, nothrow: true, quiet: true, stdio: ['ignore', 'pipe', 'pipe'] })`${engine} ${words}`
    return { stdout, stderr, code: exitCode ?? 255 }
  }
  const run = async (words: readonly string[]): Promise<string> => {
    const { stdout, stderr, code } = await attempt(words)
    if (code === 0) return stdout.trim()
    throw new Failure(`${engine} ${words[0]} did not work`, { command: `${engine} ${words.join(' ')}`, found: stderr.trim() || `exit ${code}` })
  }
  return { engine, env, run, attempt }
}

/** Docker where an engine answers, else podman where root can have it, else nothing. */
export async function usableEngine(): Promise<Engine | undefined> {
  if ((await $({ nothrow: true, quiet: true })`docker version --format ${'{{.Server.Version}}'}`).exitCode === 0) return 'docker'
  return process.getuid?.() === 0 ? 'podman' : undefined
}
