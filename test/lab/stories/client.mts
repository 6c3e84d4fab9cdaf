import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { containers, usableEngine } from '../containers.mts'
import { environment } from '../secrets.mts'
import { ROOT } from '../site.mts'
import { words, type Ended } from './ground.mts'
import type { ClaimLine } from '../../../lib/engine/evidence.mts'
import type { Lab } from '../lab.mts'

/** Makes the stranger's machine the laptop: the printed file as it is, and the private key where it says. */
export async function connectLaptop(lab: Lab): Promise<void> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', 'runbooks/02-wireguard.mts', '--client', 'laptop'], { cwd: ROOT, env: environment(lab.platformDir) })
  const key = readFileSync(join(lab.platformDir, 'age', 'laptop.key'), 'utf8')
  const { code, stdout: said, stderr } = await lab.stranger.exec(`
    export DEBIAN_FRONTEND=noninteractive
    command -v wireguard-go > /dev/null || { apt-get -qq update && apt-get -qq install --no-install-recommends wireguard-tools wireguard-go iputils-ping; } > /dev/null 2>&1
    umask 077; mkdir -p /etc/wireguard; printf '%s' "$1" > /etc/wireguard/platform.conf; printf '%s' "$2" > /etc/wireguard/platform.key
    wg-quick down platform 2> /dev/null
    wg-quick up platform
  `, stdout, key)
  if (code !== 0) throw new Error(`the client did not come up\n${stdout}${said}${stderr}`)
}

/** Runs a runbook as an operator whose machine is in the tunnel: this process, in the network of the laptop. */
export async function runInTunnel(lab: Lab, runbook: string, ...args: string[]): Promise<Ended> {
  const engine = await usableEngine()
  if (engine === undefined) throw new Error('there is no container engine')
  const pid = await containers(engine).run(['inspect', '--format', '{{.State.Pid}}', lab.site.stranger.container])
  const clock = performance.now()
  const ended = await promisify(execFile)('nsenter', ['--net', '--target', pid.trim(), process.execPath, ...words(runbook, args)], { cwd: ROOT, env: environment(lab.platformDir), maxBuffer: 1 << 26 })
    .then(output => ({ ...output, code: 0 }), (thrown: { stdout: string, stderr: string, code: number }) => thrown)
  const { stdout, stderr, code } = ended
  return { stdout, stderr, code, ms: performance.now() - clock, claims: stdout.split('\n').filter(line => line.startsWith('{')).map(line => JSON.parse(line) as ClaimLine) }
}
