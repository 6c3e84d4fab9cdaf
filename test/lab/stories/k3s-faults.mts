import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { operator } from './fixes.mts'
import { having, told, type Ended, type Ground } from './ground.mts'

/** What can go wrong while K3s is installed: an error that says what and what next, and a plain run that ends where an undisturbed one does. */
export function k3sInstallStories(name: string, ground: Ground): void {
  const test = suite(`${name}: installing K3s`)

  test.before.each(() => ground.reset('tunnelled'))
  test.after.each(async () => void await operator(ground.lab, '[ ! -e .env.kept ] || mv .env.kept .env'))

  test('a truncated artefact is refused before the host is touched, naming the file', async () => {
    await artifacts('for file in "$dir"/*; do ln -s "$file" bad/; done; rm bad/k3s; head -c 1000000 "$dir/k3s" > bad/k3s')
    const ended = await ground.run('03-k3s')
    assert.equal(having(ended, 'failed'), ['K1'], told(ended))
    assert.match(told(ended), /bad\/k3s/)
    assert.is(await untouched(), true)
  })

  test('a disk that fills up in the middle is told, and the next run finishes', async () => {
    await ground.lab.exec('mkdir -p /var/lib/rancher/k3s/agent/images && mount -t tmpfs -o size=20m tmpfs /var/lib/rancher/k3s/agent/images')
    const ended = await ground.run('03-k3s')
    assert.equal(having(ended, 'failed'), ['K11'], told(ended))
    assert.match(told(ended), /No space left on device/)
    await ground.lab.exec('umount /var/lib/rancher/k3s/agent/images')
    await converges()
  })

  test('a run that is killed in the middle of the installation is finished by the next one', async () => {
    const running = ground.start('03-k3s')
    while ((await ground.lab.exec('test -e /etc/systemd/system/k3s.service')).code !== 0) assert.is(running.child.exitCode, null, running.said())
    running.child.kill('SIGKILL')
    await running.ended
    await converges()
  })

  test.run()

  async function converges(): Promise<void> {
    assert.is((await ground.lab.exec('flock -w 15 /run/lock true')).code, 0)
    const next = await ground.run('03-k3s')
    assert.equal(having(next, 'failed', 'blocked', 'unverified'), [], told(next))
    const again = await ground.run('03-k3s')
    assert.equal(having(again, 'changed', 'failed', 'blocked', 'unverified'), [], told(again))
  }

  async function untouched(): Promise<boolean> {
    return (await ground.lab.exec('! ls /usr/local/bin/k3s /etc/rancher /etc/systemd/system/k3s.service /var/lib/runbooks/artifacts 2> /dev/null | grep .')).code === 0
  }

  /** Points ARTIFACTS at a folder `bad` that this script fills from the good one, `$dir`. */
  async function artifacts(script: string): Promise<void> {
    await operator(ground.lab, `cp .env .env.kept; rm -rf bad; mkdir bad; dir=$(sed -n s/^ARTIFACTS=//p .env); ${script}; sed -i "s|^ARTIFACTS=.*|ARTIFACTS=$PWD/bad|" .env`)
  }
}

/** What can happen to a running cluster: a red line that says what is seen, and a plain run afterwards that ends well. */
export function k3sTroubleStories(name: string, ground: Ground): void {
  const test = suite(`${name}: trouble with K3s`)

  test.before.each(() => ground.converged())

  test('an API that stands still is told with what was asked and how long; going again, a plain run is fine', async () => {
    await ground.lab.exec('pkill -STOP -x k3s-server')
    const stuck = await ground.run('03-k3s', '--verify', '--only', 'K12,K13')
    await ground.lab.exec('pkill -CONT -x k3s-server')
    assert.equal(having(stuck, 'failed', 'blocked'), ['K12', 'K13'], told(stuck))
    assert.match(told(stuck), /the API server does not answer[\s\S]*waited/)
    await well()
  })

  test('containerd that is killed comes back, and a plain run waits for it', async () => {
    await ground.lab.exec('pkill -KILL -x containerd')
    await well()
  })

  test('K3s that is killed comes back, and a plain run waits for it', async () => {
    await ground.lab.exec('pkill -KILL -x k3s-server')
    await well()
  })

  test.run()

  async function well(): Promise<void> {
    const ended: Ended = await ground.run('03-k3s')
    assert.equal(having(ended, 'failed', 'blocked', 'unverified'), [], told(ended))
  }
}
