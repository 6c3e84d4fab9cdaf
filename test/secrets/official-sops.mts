import { execFile, execFileSync } from 'node:child_process'
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const VERSION = '3.13.3'
const MODULE = `github.com/getsops/sops/v3/cmd/sops@v${VERSION}`

/** What a run of the official binary gave. */
export type Ran = { code: number; stdout: string; stderr: string }

/** Runs the official sops in a folder with an age identity; never throws for an exit code. */
export type OfficialSops = (args: string[], options: { cwd: string; identity: string; editor?: string }) => Promise<Ran>

/** The reason why there is no official sops here, or nothing. */
export function whyNoSops(): string | undefined {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'Go is absent, so the official sops cannot be built'
  }
}

/** The official sops, built from its Go module once and kept in the user's cache by its version. */
export async function officialSops(): Promise<OfficialSops> {
  const program = await cached()
  return async (args, { cwd, identity, editor }) => {
    const env = { PATH: process.env.PATH, HOME: cwd, SOPS_AGE_KEY: identity, EDITOR: editor }
    return promisify(execFile)(program, ['--disable-version-check', ...args], { cwd, env, maxBuffer: 1 << 26 }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (failed: Ran) => ({ code: failed.code, stdout: failed.stdout, stderr: failed.stderr }),
    )
  }
}

async function cached(): Promise<string> {
  const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'proven-platform-lab', `sops-${VERSION}`)
  const program = join(folder, 'sops')
  const present = await access(program).then(() => true, () => false)
  if (present) return program
  await mkdir(folder, { recursive: true })
  const scratch = await mkdtemp(join(folder, 'build-'))
  try {
    // Its own build cache is thrown away again: 2 GB for one binary.
    const env = { ...process.env, GOTOOLCHAIN: 'local', CGO_ENABLED: '0', GOBIN: join(scratch, 'bin'), GOCACHE: join(scratch, 'cache') }
    await promisify(execFile)('nice', ['go', 'install', '-trimpath', '-ldflags', '-s -w', MODULE], { env, maxBuffer: 1 << 26 })
    await rename(join(scratch, 'bin', 'sops'), program)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
  return program
}
