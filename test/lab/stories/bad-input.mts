import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { operator } from './fixes.mts'
import { having, told, type Ended, type Ground } from './ground.mts'

type Bad = {
  readonly what: string
  /** Lines added to `.env`. */
  readonly env?: string
  readonly operator?: string
  readonly server?: string
  /** Puts the server back. */
  readonly undo?: string
  readonly code: number
  readonly says: RegExp
}

const BAD: readonly Bad[] = [
  { what: 'a changed host key', operator: 'sed -i "s/ AAAA.*/ AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/" known_hosts', code: 2, says: /host key of .* is not the pinned one[\s\S]*next/ },
  { what: 'no pinned host key', operator: 'rm known_hosts', code: 2, says: /host key/ },
  { what: 'a host that is not there', env: 'HOST=192.0.2.99', code: 1, says: /does not answer on port 22[\s\S]*next/ },
  { what: 'a user the server does not know', env: 'ADMIN_USER=somebody\nFIRST_USER=somebody', code: 2, says: /does not let somebody in[\s\S]*ADMIN_USER/ },
  { what: 'a key that others can read', operator: 'chmod 644 id_ed25519', code: 2, says: /chmod 600/ },
  { what: 'no key', env: 'SSH_KEY=nowhere', code: 2, says: /SSH_KEY points at no public key[\s\S]*ssh-keygen/ },
  { what: 'sudo that wants a password', server: 'sed -i s/NOPASSWD:// /etc/sudoers.d/90-*', undo: 'sed -i "s/=(ALL) *ALL/=(ALL) NOPASSWD:ALL/" /etc/sudoers.d/90-*', code: 2, says: /wants a password[\s\S]*NOPASSWD/ },
  { what: 'three wrong settings at once', env: 'MIN_CPUS=two\nWAIF=B1\nVPN_NETWORK=10.8', code: 2, says: /3 problems[\s\S]*MIN_CPUS[\s\S]*VPN_NETWORK[\s\S]*WAIF[\s\S]*WAIVE|3 problems[\s\S]*did you mean WAIVE/ },
]

/** Wrong input: one clear error with the next step, the right exit code, and nothing changed. */
export function badInputStories(name: string, ground: Ground): void {
  const test = suite(`${name}: bad input`)

  test.before(() => ground.converged())

  test.before.each(() => keep(ground, 'cp -a'))
  test.after.each(() => keep(ground, 'restore'))

  for (const { what, env, operator: here, server, undo, code, says } of BAD) {
    test(`${what} ends with ${code} and the next step, and a plain second run finds nothing to do`, async () => {
      const { lab, run } = ground
      if (env) await operator(lab, `grep -v '^\\(${env.split('\n').map(line => line.split('=')[0]).join('\\|')}\\)=' .env > new; printf '%s\\n' '${env.replaceAll('\n', '\' \'')}' >> new; mv new .env`)
      if (here) await operator(lab, here)
      if (server) await lab.exec(server)
      const ended = await run('01-baseline')
      await keep(ground, 'restore')
      if (undo) await lab.exec(undo)
      assert.match(ended.stderr, says)
      assert.is(ended.code, code, ended.stderr)
      assert.equal(ended.claims, [])
      await nothingLost(ground)
    })
  }

  test('an unsupported release, or too small a machine, is refused with numbers and nothing is touched', async () => {
    const { lab, run } = ground
    await lab.exec('sed -i s/^VERSION_ID=.*/VERSION_ID=11/ /usr/lib/os-release; sysctl -q -w net.ipv4.conf.all.send_redirects=1')
    await operator(lab, 'echo MIN_CPUS=900 >> .env')
    const ended = await run('01-baseline')
    await lab.exec('sed -i "s/^VERSION_ID=.*/VERSION_ID=\\"$1\\"/" /usr/lib/os-release', lab.os.replace(/^\D+/, ''))
    assert.equal(having(ended, 'failed').slice(0, 2), ['B1', 'B2'])
    assert.match(told(ended), /900/)
    assert.equal(having(ended, 'changed'), [])
  })

  test('an apt lock that is never released is given up on, naming its holder', async () => {
    const { lab, run } = ground
    await operator(lab, 'echo WAIT_FOR_APT=4s >> .env')
    await lab.exec('systemd-run --quiet --unit=holder sh -c "exec 9> /var/lib/dpkg/lock-frontend; sleep 600"')
    const ended = await run('01-baseline')
    await lab.exec('systemctl stop holder')
    assert.equal(having(ended, 'failed'), ['B5'])
    assert.match(told(ended), /\(pid \d+\)/)
    assert.match(told(ended), /waited +4s/)
  })

  test('a full disk leaves the old file whole, and the claim names the disk', async () => {
    const { lab, run } = ground
    await lab.exec('mkdir /tmp/kept; cp /etc/sysctl.d/* /tmp/kept; mount -t tmpfs -o size=64k tmpfs /etc/sysctl.d; cp /tmp/kept/* /etc/sysctl.d; head -c 100000 /dev/zero > /etc/sysctl.d/filler; sysctl -q -w net.ipv4.conf.all.send_redirects=1')
    const ended = await run('01-baseline', '--only', 'B19')
    const { stdout } = await lab.exec('cmp /tmp/kept/99-zz-runbooks.conf /etc/sysctl.d/99-zz-runbooks.conf && ls -A /etc/sysctl.d | grep -c "^\\.99"; umount /etc/sysctl.d')
    assert.equal(having(ended, 'failed'), ['B19'])
    assert.match(told(ended), /No space left on device/)
    assert.is(stdout.trim(), '0')
    await nothingLost(ground, ['B19'])
  })

  test('a broken drop-in that was there already is named, and its removal is all it takes', async () => {
    const { lab, run } = ground
    await lab.exec('echo Nonsense yes > /etc/ssh/sshd_config.d/60-broken.conf')
    const ended = await run('01-baseline')
    await lab.exec('rm /etc/ssh/sshd_config.d/60-broken.conf')
    assert.equal(having(ended, 'failed')[0], 'B21')
    assert.match(told(ended), /60-broken\.conf/)
    await nothingLost(ground)
  })

  test.run()
}

/** A plain run afterwards: it converges, and changes nothing but what it is told. */
async function nothingLost({ run }: Ground, changed: string[] = []): Promise<Ended> {
  const next = await run('01-baseline')
  assert.equal(having(next, 'changed'), changed, told(next))
  assert.equal(having(next, 'failed', 'blocked', 'unverified'), [], told(next))
  return next
}

async function keep({ lab }: Ground, way: 'cp -a' | 'restore'): Promise<void> {
  for (const file of ['.env', 'known_hosts', 'id_ed25519']) {
    const [from, to] = [join(lab.platformDir, file), join(lab.platformDir, `${file}.story`)]
    if (way === 'restore') await operator(lab, `cp -p '${to}' '${from}'`)
    else copyFileSync(from, to)
  }
  await operator(lab, 'chmod 600 id_ed25519 id_ed25519.story')
}
