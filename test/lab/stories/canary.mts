import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { redactor } from '../../../lib/secrets/redact.mts'
import { newPrivateKey } from '../../../lib/secrets/wireguard-key.mts'
import { environment } from '../secrets.mts'
import { ROOT } from '../site.mts'
import { operator } from './fixes.mts'
import { having, told, type Ground } from './ground.mts'

// Every command line there is, over and over, on the server.
const SAMPLE = 'systemd-run --quiet --unit=sampler sh -c \'while :; do cat /proc/[0-9]*/cmdline 2> /dev/null | tr "\\0" " "; echo; done > /run/sampled\''

/** A secret that the runs really use, planted and looked for everywhere it must not be, in every spelling. */
export function canaryStories(name: string, ground: Ground): void {
  const test = suite(`${name}: canary`)
  const canaries = { 'server-private-key': newPrivateKey(), 'probe-private-key': newPrivateKey() }
  const { text: redact } = redactor(Object.values(canaries))
  const places: Record<string, string> = {}

  test.before(async () => {
    const { lab, run, converged } = ground
    await converged()
    await operator(lab, 'cp secrets/wireguard.sops.yaml age/wireguard.before')
    for (const [key, value] of Object.entries(canaries)) await set(lab.platformDir, `stringData["${key}"]`, value.reveal())
    await lab.exec(SAMPLE)
    const here = sampler()
    const plan = await run('02-wireguard', '--plan')
    const first = await run('02-wireguard')
    const second = await run('02-wireguard', '--verify')
    const prepared = await run('00-prepare')
    // A failure tells what it did: that must not tell what it was given.
    await lab.exec('rm -f /etc/wireguard/wg0.conf; mv /usr/bin/grep /usr/bin/grep.kept')
    const broken = await run('02-wireguard', '--only', 'W5')
    await lab.exec('mv /usr/bin/grep.kept /usr/bin/grep')
    const mended = await run('02-wireguard')
    const local = await here()
    assert.equal([having(first, 'failed'), having(second, 'failed'), having(broken, 'failed'), having(mended, 'failed')], [[], [], ['W5'], []], told(first) + told(broken) + told(mended))
    const server = async (script: string) => (await lab.exec(script)).stdout
    Object.assign(places, {
      'the command lines of this machine': local,
      'the command lines of the server': await server('systemctl stop sampler; sort -u /run/sampled'),
      'what was printed': [plan, first, second, prepared, broken, mended].map(({ stdout, stderr }) => stdout + stderr).join('\n'),
      'the evidence': readAll(join(lab.platformDir, 'evidence')),
      'the files that Git takes': await operator(lab, 'git add -A; git ls-files -z | xargs -0 cat; git status --short'),
      'the journal': await server('journalctl --no-pager -o cat'),
      'the files of the server': await server('grep -rIhs -e "PrivateKey" -e "^[A-Za-z0-9+/]\\{43\\}=" /etc /run /tmp /var/tmp /var/lib/runbooks /root /home --exclude=wg0.conf --exclude=sampled || true; find /var/lib/runbooks /tmp -type f -exec cat {} +'),
    })
  })

  test.after(async () => void await operator(ground.lab, 'mv age/wireguard.before secrets/wireguard.sops.yaml; git reset -q'))

  test('the keys are in use: the server\'s file has them, and its own redaction finds them', async () => {
    const { stdout } = await ground.lab.exec('cat /etc/wireguard/wg0.conf')
    assert.match(redact(stdout), /PrivateKey = \[redacted\]/)
  })

  test('both samplers saw the runs', () => {
    assert.match(places['the command lines of this machine'] ?? '', /02-wireguard\.mts/)
    assert.match(places['the command lines of the server'] ?? '', /wg syncconf|wg show/)
  })

  for (const where of ['the command lines of this machine', 'the command lines of the server', 'what was printed', 'the evidence', 'the files that Git takes', 'the journal', 'the files of the server']) {
    test(`in no spelling are they in ${where}`, () => {
      const text = places[where] ?? ''
      assert.ok(text.length > 100, `${text.length} characters were read`)
      assert.is(redact(text) === text, true, redact(text).split('\n').filter(line => line.includes('[redacted]')).slice(0, 5).join('\n'))
    })
  }

  test.run()
}

/** Sets a value as people do: on stdin. */
async function set(platformDir: string, key: string, value: string): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'runbooks/secrets.mts', 'set', 'wireguard', key], { cwd: ROOT, env: environment(platformDir), stdio: ['pipe', 'ignore', 'inherit'] })
  child.stdin?.end(value)
  const code = await new Promise(resolve => child.once('close', resolve))
  assert.is(code, 0)
}

/** Reads every command line here until it is asked for what it saw. */
function sampler(): () => Promise<string> {
  const seen = new Set<string>()
  let on = true
  const loop = (async () => {
    while (on) {
      for (const pid of readdirSync('/proc').filter(entry => /^\d+$/.test(entry))) {
        try {
          seen.add(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '))
        } catch {
          // It has ended.
        }
      }
      await sleep(20)
    }
  })()
  return async () => {
    on = false
    await loop
    return [...seen].join('\n')
  }
}

function readAll(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).map(entry => readFileSync(join(entry.parentPath, entry.name), 'utf8')).join('\n')
}
