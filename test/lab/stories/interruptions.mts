import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fingerprint, unlike } from './fingerprint.mts'
import { having, told, type Ground, type Running } from './ground.mts'

// Enough of the way back that the next run installs packages for a few seconds; what an earlier one left at work is waited for.
const UNDO_SOME = `
while pgrep -x 'apt-get|dpkg' > /dev/null; do sleep 0.2; done
systemctl stop fail2ban; apt-get -q -y purge fail2ban chrony > /dev/null 2>&1
rm -f /etc/sysctl.d/99-zz-runbooks.conf /etc/ssh/sshd_config.d/00-runbooks.conf; systemctl reload ssh
`

/** A run that ends in the middle, however it ends: a plain second run reaches the end state of an undisturbed one. */
export function interruptionStories(name: string, ground: Ground): void {
  const test = suite(`${name}: interruptions`)
  let undisturbed: string[] = []

  test.before(async () => {
    await ground.converged()
    await halfway(ground)
    await ground.run('01-baseline')
    undisturbed = await fingerprint(ground.lab)
  })

  test('a link that is cut is noticed within 15 s, with the claim it hit', async () => {
    const { lab } = ground
    const running = await duringInstallation(ground)
    await lab.linkDown()
    const cut = performance.now()
    const ended = await running.ended
    const seconds = (performance.now() - cut) / 1000
    await lab.linkUp()
    assert.ok(seconds <= 15, `noticed after ${seconds} s`)
    assert.equal(having(ended, 'failed'), ['B13'])
    assert.match(told(ended), /the link to .* is gone/)
    assert.is(ended.code, 1)
    await converges()
  })

  test('a client that is killed leaves no lock and nothing that a second run cannot finish', async () => {
    const running = await duringInstallation(ground)
    running.child.kill('SIGKILL')
    await running.ended
    await converges()
  })

  test('Ctrl-C ends the run within 10 s with 130, and frees the lock', async () => {
    const running = await duringInstallation(ground)
    const start = performance.now()
    running.child.kill('SIGINT')
    const ended = await running.ended
    assert.is(ended.code, 130)
    assert.ok(performance.now() - start < 10_000)
    await converges()
  })

  test('Ctrl-C twice ends it at once', async () => {
    const { lab } = ground
    const running = await duringInstallation(ground)
    // A host that says nothing any more keeps the run from ending by itself after the first one.
    await lab.linkDown()
    running.child.kill('SIGINT')
    // Two signals that wait side by side are one: the second follows the answer to the first.
    while (!running.said().includes('once more to stop at once') && running.child.signalCode === null && running.child.exitCode === null) await sleep(10)
    running.child.kill('SIGINT')
    const start = performance.now()
    const { code, stderr } = await running.ended
    const seconds = (performance.now() - start) / 1000
    await lab.linkUp()
    assert.is(code, 130, stderr)
    assert.ok(seconds < 5, `ended after ${seconds} s`)
    await converges()
  })

  test('a host that reboots in the middle is reported, and a second run finishes', async () => {
    const { lab } = ground
    const running = await duringInstallation(ground)
    await lab.reboot()
    const ended = await running.ended
    assert.is(ended.code, 1)
    assert.match(told(ended), /the link to .* is gone/)
    await converges()
  })

  test('two runs at once: the second ends with 75, naming the first', async () => {
    const running = await duringInstallation(ground)
    for (const mode of [[], ['--verify']]) {
      const second = await ground.run('01-baseline', ...mode)
      assert.is(second.code, 75)
      assert.match(second.stderr, /locked by another run[\s\S]*01-baseline .*@.*, for \d+ s/)
    }
    assert.equal(having(await running.ended, 'failed'), [])
    await converges()
  })

  test.run()

  async function converges(): Promise<void> {
    // A run whose link went silent loses its lock by itself.
    assert.is((await ground.lab.exec('flock -w 15 /run/lock true')).code, 0)
    const next = await ground.run('01-baseline')
    assert.equal(having(next, 'failed', 'blocked', 'unverified'), [], told(next))
    assert.equal(unlike(undisturbed, await fingerprint(ground.lab)), [])
  }
}

async function halfway({ lab }: Ground): Promise<void> {
  const { code, stderr } = await lab.exec(UNDO_SOME)
  assert.is(code, 0, stderr)
}

/** A run that has come to the installation of packages, and is in the middle of it. */
async function duringInstallation(ground: Ground): Promise<Running> {
  await halfway(ground)
  const running = ground.start('01-baseline')
  while ((await ground.lab.exec('pgrep -f "[a]pt-get -y -q .*install"')).code !== 0) {
    assert.is(running.child.exitCode, null, running.said())
    await sleep(100)
  }
  return running
}
