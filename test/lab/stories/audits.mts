import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ROOT } from '../site.mts'
import type { Ground } from './ground.mts'

const LYNIS = `
apt-get -qq update; apt-get -qq install --no-install-recommends lynis > /dev/null 2>&1
lynis audit system --cronjob --no-colors --report-file /tmp/lynis.dat --log-file /tmp/lynis.log > /dev/null 2>&1
grep -E '^(hardening_index|warning)' /tmp/lynis.dat
`

/** What others' tools say of a converged host. */
export function auditStories(name: string, ground: Ground): void {
  const test = suite(`${name}: audits`)

  test.before(() => ground.converged())

  test('sshd passes the hardened policy of its release', async () => {
    const { lab } = ground
    const policy = readFileSync(join(ROOT, 'test/fixtures/ssh-audit', `${lab.os}.txt`), 'utf8')
    const { code, stdout } = await lab.stranger.exec('printf "%s" "$2" > /tmp/policy; ssh-audit -n -P /tmp/policy "$1"', lab.ipv4, policy)
    assert.is(code, 0, stdout)
  })

  test('lynis has nothing to warn of', async () => {
    const { stdout } = await ground.lab.exec(LYNIS)
    assert.match(stdout, /^hardening_index=\d+$/m)
    assert.not.match(stdout, /^warning/m)
  })

  test.run()
}
