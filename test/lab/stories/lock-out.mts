import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { operator } from './fixes.mts'
import { having, told, type Ground } from './ground.mts'

const RUNBOOK = 'test/fixtures/runbooks/98-lock-out.mts'
const TIMER_S = 15
// What looking at it may take on a busy machine.
const SLACK_S = 15

const CUT_OFF_MS = `
start=$(date +%s%N)
timeout 30 sh -c 'until nft list table inet lock-out > /dev/null 2>&1; do sleep 0.1; done'
timeout 90 sh -c 'while nft list table inet lock-out > /dev/null 2>&1; do sleep 0.1; done'
printf %s "$(( ($(date +%s%N) - start) / 1000000 ))"
`

/** Whoever cuts himself off is let in again: by the timer, or by the boot. */
export function lockOutStories(name: string, ground: Ground): void {
  const test = suite(`${name}: lock-out`)

  test.before(async () => {
    await ground.converged()
    await operator(ground.lab, `echo REVERT_AFTER=${TIMER_S}s >> .env`)
  })

  test.after(async () => void await operator(ground.lab, 'sed -i /^REVERT_AFTER=/d .env'))

  test('an act that cuts ssh is undone by the host itself, and the claim says so', async () => {
    const { lab, start } = ground
    const running = start(RUNBOOK, '--only', 'X1')
    await armed(ground)
    // Told by the host itself: what looking at it from here takes is no part of it.
    const { stdout } = await lab.exec(CUT_OFF_MS)
    assert.ok(Number(stdout) > 0 && Number(stdout) <= (TIMER_S + 5) * 1000, `cut off for ${stdout} ms`)
    await answers(ground)
    const ended = await running.ended
    assert.equal(having(ended, 'failed'), ['X1'])
    assert.match(told(ended), /the host undid the change by itself/)
    assert.is(ended.code, 1)
  })

  test('an sshd setting that lets nobody in is undone, and the claim says so', async () => {
    const ended = await ground.run(RUNBOOK, '--only', 'X2')
    assert.equal(having(ended, 'failed'), ['X2'])
    assert.match(told(ended), /undone|undid/)
    assert.equal(having(await ground.run('01-baseline', '--verify'), 'failed'), [])
  })

  test('a client killed between arming and disarming leaves a host that comes back by itself', async () => {
    const { lab, start } = ground
    const running = start(RUNBOOK, '--only', 'X3')
    await armed(ground)
    running.child.kill('SIGKILL')
    await until(`[ ! -e /var/lib/runbooks/revert/armed ] && [ ! -e /etc/ssh/sshd_config.d/00-a-lock-out.conf ]`, ground, TIMER_S + SLACK_S)
    const next = await ground.run('01-baseline')
    assert.equal(having(next, 'changed', 'failed'), [], told(next))
    assert.is((await lab.exec('ls /etc/systemd/system/runbooks-revert.service')).code, 2)
  })

  test('a host rebooted while armed is reachable again, with the old files', async () => {
    const { lab, start } = ground
    // So long that only the boot can have done it.
    await operator(lab, 'sed -i s/^REVERT_AFTER=.*/REVERT_AFTER=10m/ .env')
    const running = start(RUNBOOK, '--only', 'X3')
    await armed(ground)
    await until('[ -e /etc/ssh/sshd_config.d/00-a-lock-out.conf ]', ground, 30)
    await lab.reboot()
    // It would wait for the timer that the boot has made needless.
    running.child.kill('SIGKILL')
    await running.ended
    assert.is((await lab.exec('[ ! -e /etc/ssh/sshd_config.d/00-a-lock-out.conf ] && [ ! -e /var/lib/runbooks/revert/armed ]')).code, 0)
    const next = await ground.run('01-baseline')
    assert.equal(having(next, 'changed', 'failed'), [], told(next))
  })

  test.run()
}

async function armed(ground: Ground): Promise<void> {
  await until('[ -e /var/lib/runbooks/revert/armed ] && systemctl is-active --quiet runbooks-revert-timer.timer', ground, 30)
}

/** Waits on the provider's console until the shell text holds. */
async function until(script: string, { lab }: Ground, seconds: number): Promise<void> {
  const end = performance.now() + seconds * 1000
  while ((await lab.exec(script)).code !== 0) {
    assert.ok(performance.now() < end, `not within ${seconds} s: ${script}`)
    await sleep(300)
  }
}

/** Waits until sshd greets whoever connects anew. */
async function answers({ lab }: Ground): Promise<void> {
  while (!(await operator(lab, `timeout 1 bash -c 'head -c 4 < /dev/tcp/${lab.ipv4}/22' || true`)).startsWith('SSH')) await sleep(300)
}
