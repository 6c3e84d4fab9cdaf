import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { changes, fingerprint } from './fingerprint.mts'
import { converge, having, told, type Ground } from './ground.mts'

/** From the bare host to its end state, and what a second run does there. */
export function bareStories(name: string, ground: Ground): void {
  const test = suite(`${name}: from bare to converged`)

  test('on the bare host a stranger logs in with a password, and sees the noisy service', async () => {
    const { lab } = ground
    const password = readFileSync(join(lab.platformDir, 'password'), 'utf8').trim()
    const login = await lab.stranger.exec('SSHPASS="$2" sshpass -e ssh -o StrictHostKeyChecking=accept-new -o PubkeyAuthentication=no "root@$1" true', lab.ipv4, password)
    assert.is(login.code, 0, login.stderr)
    assert.is((await lab.stranger.exec('nc -z -w 20 "$1" 111', lab.ipv4)).code, 0)
  })

  test('--plan on the bare host shows every change and changes nothing', async () => {
    const { lab, run } = ground
    await lab.exec('cloud-init status --wait > /dev/null; while systemctl is-active --quiet apt-daily-first-boot; do sleep 0.5; done')
    const before = await fingerprint(lab)
    const plan = await run('01-baseline', '--plan')
    assert.equal(changes(before, await fingerprint(lab)), [])
    const planned = plan.claims.filter(({ verdict }) => verdict === 'planned')
    assert.ok(planned.length >= 10)
    assert.ok(planned.every(({ why }) => (why ?? []).length > 0), 'a planned change without its difference')
    assert.equal(having(plan, 'failed', 'changed'), [], told(plan))
    assert.is(plan.code, 0)
  })

  test('one run with its drills makes every claim hold', async () => {
    const ended = await converge(ground)
    assert.equal(having(ended, 'failed', 'blocked', 'unverified', 'due'), [], told(ended))
    assert.is(ended.code, 0)
  })

  test('a second run changes nothing, over one connection besides those that claims are about', async () => {
    const { lab, run } = ground
    const { stdout: since } = await lab.exec('sleep 1; date +%s')
    const second = await run('01-baseline')
    assert.equal(having(second, 'changed', 'failed', 'blocked', 'unverified'), [], told(second))
    assert.is(second.code, 0)
    const { stdout } = await lab.exec('journalctl -u ssh -o cat --since "@$1" | grep -c "^Accepted publickey"', since.trim())
    // The run's own, and B8's new login.
    assert.is(stdout.trim(), '2')
  })

  test('--plan on the converged host plans nothing', async () => {
    const plan = await ground.run('01-baseline', '--plan')
    assert.equal(having(plan, 'planned', 'failed', 'blocked', 'unverified'), [], told(plan))
  })

  test('--verify writes nothing on the host', async () => {
    const { lab, run } = ground
    const before = await fingerprint(lab)
    const verified = await run('01-baseline', '--verify')
    assert.equal(having(verified, 'failed', 'blocked', 'unverified'), [], told(verified))
    assert.equal(changes(before, await fingerprint(lab)), [])
  })

  test.run()
}
