import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { images } from '../argocd/release.mts'
import { deliver } from '../gitops.mts'
import { pin } from '../k3s/versions.mts'
import { boot, type Lab } from '../lab.mts'
import { environment } from '../secrets.mts'
import { ROOT } from '../site.mts'
import { newPrivateKey, publicKey } from '../../../lib/secrets/wireguard-key.mts'
import type { Os } from '../recipe.mts'
import type { FirstContact } from '../seed.mts'
import type { ClaimLine } from '../../../lib/engine/evidence.mts'

/** What a runbook that ended left behind. */
export type Ended = {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  readonly ms: number
  /** Each claim's line, as `--json` prints them. */
  readonly claims: readonly ClaimLine[]
}

/** A runbook that runs: what it said so far, and how to stop it. */
export type Running = { readonly child: ChildProcess, said(): string, ended: Promise<Ended> }

/** A lab and an operator at it. */
export type Ground = {
  readonly lab: Lab
  /** Starts a runbook as an operator does, over SSH; `--json` is added. */
  start(runbook: string, ...args: string[]): Running
  run(runbook: string, ...args: string[]): Promise<Ended>
  /** Back to the host as it was kept under this name. */
  reset(from: string): Promise<void>
  /** Back to the host at the end of its phases. */
  converged(): Promise<void>
}

/** A bare lab with its host key pinned. */
export async function bare(number: number, os: Os, firstContact: FirstContact = 'sudo'): Promise<Ground> {
  const lab = await boot({ number, os, firstContact })
  const ground: Ground = {
    lab,
    start: (runbook, ...args) => start(lab.platformDir, runbook, args),
    run: (runbook, ...args) => start(lab.platformDir, runbook, args).ended,
    async reset(from) {
      await lab.reset({ from })
      await ground.run('00-prepare')
    },
    converged: () => ground.reset('converged'),
  }
  await ground.run('00-prepare')
  return ground
}

/** Brings the host to its end state and keeps it, for stories to start from. */
export async function converge({ lab, run }: Ground): Promise<Ended> {
  const ended = await run('01-baseline', '--drill', '--yes-disturb', lab.ipv4)
  await lab.snapshot('converged')
  return ended
}

/** The same with the tunnel on top, and one peer in it: a laptop, whose private key lies in `age/laptop.key`. */
export async function tunnelled(ground: Ground): Promise<Ended> {
  const { lab, run } = ground
  await converge(ground)
  declareLaptop(lab)
  const ended = await run('02-wireguard', '--drill', '--yes-disturb', lab.ipv4)
  await lab.snapshot('converged')
  return ended
}

/** A host that K3s can come to, kept as `tunnelled`; its drills are others' stories. */
export async function awaiting(ground: Ground): Promise<void> {
  const { lab, run } = ground
  await pin(lab)
  await run('01-baseline')
  declareLaptop(lab)
  await run('02-wireguard')
  await lab.snapshot('tunnelled')
}

/** The same with K3s on top. */
export async function clustered(ground: Ground): Promise<Ended> {
  await awaiting(ground)
  const ended = await ground.run('03-k3s')
  await ground.lab.snapshot('converged')
  return ended
}

/** A cluster that Argo CD can come to, with its images, and with its repository on the Git server; kept as `clustered`. */
export async function repositoried(ground: Ground): Promise<void> {
  await clustered(ground)
  await images(ground.lab)
  await deliver(ground.lab)
  await ground.lab.snapshot('clustered')
}

/** The same with Argo CD on top. */
export async function delivered(ground: Ground): Promise<Ended> {
  await repositoried(ground)
  const ended = await ground.run('04-argocd')
  await ground.lab.snapshot('converged')
  return ended
}

function declareLaptop({ platformDir }: Lab): void {
  const key = newPrivateKey()
  writeFileSync(join(platformDir, 'age', 'laptop.key'), `${key.reveal()}\n`, { mode: 0o600 })
  const file = join(platformDir, '.env')
  const others = readFileSync(file, 'utf8').split('\n').filter(line => line !== '' && !line.startsWith('VPN_PEERS='))
  writeFileSync(file, [...others, `VPN_PEERS=laptop:10.8.0.2:${publicKey(key)}`, ''].join('\n'))
}

/** The claims with one of these verdicts, in order. */
export function having({ claims }: Ended, ...verdicts: string[]): string[] {
  return claims.filter(({ verdict, waived }) => !waived && verdicts.includes(verdict)).map(({ id }) => id)
}

/** All that a runbook said of a failure, for a test's message. */
export function told({ claims, stderr }: Ended): string {
  const bad = claims.filter(({ verdict, waived }) => !waived && !['ok', 'due', 'changed'].includes(verdict))
  return [...bad.map(({ id, verdict, why }) => [id, verdict, ...(why ?? [])].join(' | ')), stderr].join('\n')
}

/** The words after `node` that run a runbook, by its stem or its file. */
export function words(runbook: string, args: readonly string[]): string[] {
  return ['--import', 'tsx', runbook.includes('/') ? runbook : join('runbooks', `${runbook}.mts`), ...args, '--json']
}

function start(platformDir: string, runbook: string, args: readonly string[]): Running {
  const clock = performance.now()
  const child = spawn(process.execPath, words(runbook, args), {
    cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], env: environment(platformDir),
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', data => { stdout += data })
  child.stderr.on('data', data => { stderr += data })
  const ended = once(child, 'close').then(([code]) => ({
    code: code as number | null, stdout, stderr, ms: performance.now() - clock,
    claims: stdout.split('\n').filter(line => line.startsWith('{')).map(line => JSON.parse(line) as ClaimLine),
  }))
  return { child, said: () => stdout + stderr, ended }
}
