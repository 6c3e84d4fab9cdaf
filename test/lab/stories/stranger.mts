import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { having, told, type Ground } from './ground.mts'

// A pod's network and a port that is forwarded to it the way ServiceLB does: accepted before UFW is asked.
const POD = `
ip netns add pod && ip link add cni0 type veth peer name eth0 netns pod
ip address add 10.42.0.1/24 dev cni0 && ip link set cni0 up
ip netns exec pod sh -c 'ip address add 10.42.0.9/24 dev eth0; ip link set eth0 up; ip route add default via 10.42.0.1'
systemd-run --quiet --unit=pod ip netns exec pod python3 -m http.server 8080
timeout 60 sh -c 'until ip netns exec pod ss -H -l -n -t sport = :8080 | grep -q .; do sleep 0.2; done'
iptables -t nat -A PREROUTING -p tcp --dport 8081 -j DNAT --to-destination 10.42.0.9:8080
iptables -t nat -A PREROUTING -d 10.43.0.10 -p tcp --dport 80 -j DNAT --to-destination 10.42.0.9:8080
iptables -I FORWARD -d 10.42.0.0/16 -j ACCEPT && iptables -I FORWARD -s 10.42.0.0/16 -j ACCEPT
`

const LISTEN = `
systemd-run --quiet --unit=canary python3 -c '
import select, socket
ports = [51820, 53, 123, 161, 5353, 8472, 51821]
socks = []
for port in ports:
    for family, any in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
        s = socket.socket(family, socket.SOCK_DGRAM)
        if family == socket.AF_INET6: s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        s.bind((any, port)); socks.append(s)
out = open("/run/canaries", "a")
while True:
    for s in select.select(socks, [], [])[0]:
        text, peer = s.recvfrom(99); out.write("%d %s %s\\n" % (s.getsockname()[1], peer[0], text.decode())); out.flush()
'
timeout 60 sh -c 'until [ "$(ss -H -l -n -u sport = :51821 | wc -l)" = 2 ]; do sleep 0.2; done'
`

const SEND = `python3 -c '
import socket, sys
for port in [51820, 53, 123, 161, 5353, 8472, 51821]:
    for family, host in ((socket.AF_INET, sys.argv[1]), (socket.AF_INET6, sys.argv[2])):
        for _ in range(3): socket.socket(family, socket.SOCK_DGRAM).sendto(b"canary", (host, port))
' "$1" "$2"`

// Who was heard on which port, once these have been: what was sent before them has come by then, or was dropped.
const HEARD = `
for last in "$@"; do timeout 60 sh -c 'until grep -q "^51820 $1 " /run/canaries; do sleep 0.2; done' sh "$last"; done
sleep 1
cut -d ' ' -f 1,2 /run/canaries
`

/** What somebody on the same network sees of a converged host, whatever he tries. */
export function strangerStories(name: string, ground: Ground): void {
  const test = suite(`${name}: stranger`)

  test.before(() => ground.converged())

  for (const family of [4, 6] as const) {
    test(`of all 65,535 TCP ports exactly the declared ones answer over IPv${family}`, async () => {
      const { lab } = ground
      // An answer may be lost in a flood of questions: the declared ports are asked once more, alone.
      const { stdout } = await lab.stranger.exec('for ports in - 22,80,443; do nmap "$2" -Pn -n -sS -p "$ports" -T4 --min-rate 5000 --max-retries 2 -oG - "$1"; done', family === 4 ? lab.ipv4 : lab.ipv6, family === 4 ? '-4' : '-6')
      assert.is(stdout.match(/1 IP address \(1 host up\)/g)?.length, 2)
      const answered = new Set([...stdout.matchAll(/(\d+)\/(open|closed)\/tcp/g)].map(([, port, state]) => `${port} ${state}`))
      assert.equal([...answered].sort((one, other) => parseInt(one) - parseInt(other)), ['22 open', '80 closed', '443 closed'])
    })
  }

  test('of UDP only what is sent to the declared port arrives', async () => {
    const { lab } = ground
    await lab.exec(LISTEN)
    await lab.stranger.exec(SEND, lab.ipv4, lab.ipv6)
    const heard = new Set((await lab.exec(HEARD, lab.stranger.ipv4, lab.stranger.ipv6)).stdout.trim().split('\n'))
    assert.equal([...heard].sort(), [`51820 ${lab.stranger.ipv4}`, `51820 ${lab.stranger.ipv6}`])
  })

  test('datagrams with an inside address as their source are dropped', async () => {
    const { lab } = ground
    await lab.exec(': > /run/canaries')
    for (const source of ['10.42.0.5', '10.43.0.5', '10.8.0.2']) {
      await lab.stranger.exec('hping3 --udp -p 51820 -c 3 -i u10000 -a "$2" "$1" > /dev/null 2>&1', lab.ipv4, source)
    }
    await lab.stranger.exec('hping3 --udp -p 51820 -c 3 -i u10000 "$1" > /dev/null 2>&1', lab.ipv4)
    const heard = new Set((await lab.exec(`${HEARD}systemctl stop canary`, lab.stranger.ipv4)).stdout.trim().split('\n'))
    assert.equal([...heard], [`51820 ${lab.stranger.ipv4}`])
  })

  test('a port forwarded past UFW, and a routed service address, are open without the wall and closed with it', async () => {
    const { lab } = ground
    await lab.exec(POD)
    const get = async (url: string, seconds = 4) => (await lab.stranger.exec('ip route replace 10.43.0.0/16 via "$1"; curl -s -o /dev/null -m "$3" -w "%{http_code}" "$2"', lab.ipv4, url, String(seconds))).stdout
    const urls = [`http://${lab.ipv4}:8081/`, 'http://10.43.0.10/']
    const closed = [await get(urls[0] ?? ''), await get(urls[1] ?? '')]
    await lab.exec('nft delete table inet wall')
    const open = [await get(urls[0] ?? '', 30), await get(urls[1] ?? '', 30)]
    await lab.exec('systemctl reload wall')
    assert.equal({ closed, open }, { closed: ['000', '000'], open: ['200', '200'] })
    assert.equal([await get(urls[0] ?? ''), await get(urls[1] ?? '')], ['000', '000'])
  })

  test('a password opens neither the admin\'s account nor root\'s', async () => {
    const { lab } = ground
    const password = readFileSync(join(lab.platformDir, 'password'), 'utf8').trim()
    for (const user of [lab.user, 'root']) {
      const { code, stderr } = await lab.stranger.exec('SSHPASS="$3" sshpass -e ssh -o StrictHostKeyChecking=accept-new -o PubkeyAuthentication=no "$2@$1" true', lab.ipv4, user, password)
      assert.is.not(code, 0)
      assert.match(stderr, /Permission denied \(publickey\)/)
    }
  })

  test('six bad logins ban that address and no other', async () => {
    const { lab, run } = ground
    await lab.stranger.exec('for i in 1 2 3 4 5 6; do ssh -o BatchMode=yes -o StrictHostKeyChecking=accept-new "nobody$i@$1" true; done', lab.ipv4)
    const { stdout } = await lab.stranger.exec('for i in $(seq 60); do timeout 2 nc -z -w 1 "$1" 22 || { echo banned; break; }; sleep 1; done', lab.ipv4)
    assert.is(stdout.trim(), 'banned')
    const verified = await run('01-baseline', '--verify', '--only', 'B8,B22')
    assert.equal(having(verified, 'failed'), [], told(verified))
  })

  test.run()
}
