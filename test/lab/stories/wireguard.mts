import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { connectLaptop, runInTunnel } from './client.mts'
import { operator } from './fixes.mts'
import { having, told, type Ended, type Ground } from './ground.mts'

const SESSION = 'test/fixtures/runbooks/97-session.mts'
const KEY = 'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE='

// Each is a line in place of the platform's own, and what is said of it.
const BAD: readonly (readonly [string, RegExp])[] = [
  ['VPN_NETWORK=10.42.0.0/24', /overlaps 10\.42\.0\.0\/16, the network of the pods/],
  ['VPN_NETWORK=10.43.8.0/24', /overlaps 10\.43\.0\.0\/16, the network of the services/],
  ['VPN_NETWORK=10.8.0.7/24', /did you mean 10\.8\.0\.0\/24/],
  ['VPN_NETWORK=8.8.8.0/24', /is not of the private addresses/],
  [`VPN_PEERS=laptop:10.9.0.2:${KEY}`, /outside VPN_NETWORK/],
  [`VPN_PEERS=laptop:10.8.0.1:${KEY}`, /which is the server's/],
  [`VPN_PEERS=laptop:10.8.0.254:${KEY}`, /which is the probe's/],
  [`VPN_PEERS=laptop:10.8.0.2:${KEY},phone:10.8.0.2:${KEY.replace('A', 'B')}`, /laptop and phone the address 10\.8\.0\.2/],
  [`VPN_PEERS=laptop:10.8.0.2:${KEY},phone:10.8.0.3:${KEY}`, /laptop and phone the public key/],
  ['VPN_PEERS=laptop:10.8.0.2:abc', /public key that is none/],
  ['VPN_PORTS=22,70000', /is not a list of ports/],
  ['VPN_PORTS=6443', /leaves out 22/],
  ['VPN_MTU=9000', /1280 to 1500/],
]

// Something on the API's port, at the server's address in the tunnel alone, that answers in capitals.
const CAPITALS = `
systemd-run --quiet --unit=capitals python3 -c '
import socket
door = socket.create_server(("10.8.0.1", 6443))
while True:
    one, _ = door.accept()
    one.sendall(one.recv(99).upper())
    one.close()
'
timeout 30 sh -c 'until ss -H -l -n -t sport = :6443 | grep -q .; do sleep 0.2; done'
`

/** A person's machine in the tunnel, and what the tunnel does to everything that held before. */
export function wireguardStories(name: string, ground: Ground): void {
  const test = suite(`${name}: wireguard`)

  test.before(async () => {
    await ground.converged()
    await operator(ground.lab, 'cp .env .env.tunnel')
  })

  test.after.each(async () => void await operator(ground.lab, 'cp .env.tunnel .env'))

  test('a second run changes nothing, and neither does 01-baseline after it', async () => {
    for (const stem of ['02-wireguard', '01-baseline', '02-wireguard']) {
      const ended = await ground.run(stem)
      assert.equal(having(ended, 'changed', 'failed', 'blocked', 'unverified'), [], told(ended))
    }
  })

  test('a laptop with the printed file reaches SSH in the tunnel, and no port that is not declared', async () => {
    await connectLaptop(ground.lab)
    assert.is(await greeting(ground), 'SSH-2.0')
    assert.is.not((await ground.lab.stranger.exec('nc -z -w 2 10.8.0.1 80')).code, 0)
  })

  test('a session to a port in the tunnel takes the laptop\'s own route, and from a machine outside a forward over SSH', async () => {
    const { lab, run } = ground
    await lab.exec(CAPITALS)
    const [inside, outside] = [await runInTunnel(lab, SESSION), await run(SESSION)]
    await lab.exec('systemctl stop capitals')
    assert.equal(found(inside, 'Y1'), { via: 'route', heard: 'BOTH WAYS' }, told(inside))
    assert.equal(found(outside, 'Y1'), { via: 'forward', heard: 'BOTH WAYS' }, told(outside))
  })

  test('a run that changes nothing, and one that adds a peer, lose no packet of a connected laptop', async () => {
    const { lab, run } = ground
    await lab.stranger.exec('rm -f /tmp/ping; (ping -i 0.2 10.8.0.1 > /tmp/ping 2>&1 &); sleep 1')
    const second = await run('02-wireguard')
    await operator(lab, `sed -i 's|^VPN_PEERS=.*|&,phone:10.8.0.3:${KEY}|' .env`)
    const third = await run('02-wireguard')
    const { stdout } = await lab.stranger.exec('kill -INT "$(pidof ping)"; sleep 0.5; sed -n "s/.*bytes from.*icmp_seq=\\([0-9]*\\).*/\\1/p" /tmp/ping')
    assert.equal(having(second, 'changed', 'failed'), [], told(second))
    assert.equal(having(third, 'changed', 'failed'), ['W5'], told(third))
    // The last one may have been on its way when ping was ended.
    const answered = stdout.trim().split('\n').map(Number).sort((one, other) => one - other)
    assert.equal([answered.length > 20, answered], [true, answered.map((_, index) => index + 1)])
    assert.equal((found(third, 'W8') as string[]).includes('phone 10.8.0.3/32'), true)
    await operator(lab, 'cp .env.tunnel .env')
    assert.equal(having(await run('02-wireguard'), 'failed'), [])
  })

  test('after a reboot of the server the laptop is in the tunnel again by itself', async () => {
    await ground.lab.reboot()
    const { code } = await ground.lab.stranger.exec('timeout 120 sh -c "until ping -c 1 -W 1 10.8.0.1 > /dev/null; do :; done"')
    assert.is(code, 0)
    assert.is(await greeting(ground), 'SSH-2.0')
  })

  test('SSH_PUBLIC=no from outside closes nothing, and says what is missing', async () => {
    const { lab, run } = ground
    await operator(lab, 'echo SSH_PUBLIC=no >> .env')
    const ended = await run('02-wireguard')
    assert.equal([having(ended, 'failed'), having(ended, 'changed')], [['W10'], []], told(ended))
    assert.is((await lab.stranger.exec('nc -z -w 20 "$1" 22', lab.ipv4)).code, 0)
  })

  test('SSH_PUBLIC=no through the tunnel closes 22 outside; 01-baseline agrees, and yes opens it again', async () => {
    const { lab, run } = ground
    await operator(lab, 'echo SSH_PUBLIC=no >> .env')
    const closing = await runInTunnel(lab, '02-wireguard')
    assert.equal([having(closing, 'failed', 'blocked', 'unverified'), having(closing, 'changed')], [[], ['W11', 'W12']], told(closing))
    assert.is.not((await lab.stranger.exec('nc -z -w 2 "$1" 22', lab.ipv4)).code, 0)
    for (const stem of ['01-baseline', '02-wireguard']) {
      const again = await runInTunnel(lab, stem)
      assert.equal(having(again, 'changed', 'failed', 'blocked', 'unverified'), [], told(again))
    }
    assert.match((await run('01-baseline', '--verify')).stderr, /does not answer on port 22/)
    await operator(lab, 'sed -i s/^SSH_PUBLIC=no/SSH_PUBLIC=yes/ .env')
    const opening = await runInTunnel(lab, '02-wireguard')
    assert.equal([having(opening, 'failed', 'blocked', 'unverified'), having(opening, 'changed')], [[], ['W11', 'W12']], told(opening))
    assert.equal(having(await run('02-wireguard'), 'changed', 'failed'), [])
  })

  for (const [line, says] of BAD) {
    test(`${line.slice(0, 60)} is refused before the host is touched`, async () => {
      const { lab, run } = ground
      await operator(lab, `sed -i '/^${line.split('=')[0]}=/d' .env; echo '${line}' >> .env`)
      const connections = async () => (await lab.exec('journalctl -u ssh -o cat | grep -c "^Connection from"')).stdout
      const before = await connections()
      const ended = await run('02-wireguard')
      assert.match(ended.stderr, says)
      assert.equal([ended.code, ended.claims.length], [2, 0], ended.stderr)
      assert.is(await connections(), before)
    })
  }

  test.run()
}

async function greeting({ lab }: Ground): Promise<string> {
  return (await lab.stranger.exec('timeout 20 nc 10.8.0.1 22 < /dev/null | head -c 7')).stdout
}

function found({ claims }: Ended, id: string): unknown {
  return claims.find(claim => claim.id === id)?.found
}
