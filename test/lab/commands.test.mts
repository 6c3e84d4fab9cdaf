import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createNetwork, execute, listContainers, removeContainers, runGit, runHost, runStranger } from './commands.mts'
import { site } from './site.mts'

const commands = suite('lab commands')
const one = site(1)
const host = { image: 'tree', seed: '/seed', packages: '/packages', labels: { owner: '7-9' } }

commands('a network has both families', () => {
  assert.is(createNetwork(one).join(' '), 'network create --label proven-lab.lab=1 --ipv6 --subnet 10.89.8.0/24 --subnet fd07:2::/64 proven-lab-1')
})

commands('docker gets its addresses as options of the container', () => {
  const line = runStranger('docker', one, 'tree', {}).join(' ')
  assert.ok(line.endsWith('--network proven-lab-1 --ip 10.89.8.66 --ip6 fd07:2::66 --mac-address 02:00:0a:59:08:66 tree sleep infinity'), line)
})

commands('podman gets its addresses as options of the network', () => {
  const line = runStranger('podman', one, 'tree', {}).join(' ')
  assert.ok(line.endsWith('--network proven-lab-1:ip=10.89.8.66,ip=fd07:2::66,mac=02:00:0a:59:08:66 tree sleep infinity'), line)
})

commands('docker boots the host as podman does', () => {
  assert.is(runHost('docker', one, host).join(' '), [
    'run --detach --name proven-lab-1-host --hostname lab-vps --label proven-lab.lab=1 --label proven-lab.owner=7-9',
    '--ulimit nofile=20000:20000 --ulimit nproc=32768:32768 --privileged --cgroupns=private --pids-limit -1',
    '--env container=docker --stop-signal SIGRTMIN+3 --restart=always --tmpfs /run --tmpfs /run/lock',
    '--network proven-lab-1 --ip 10.89.8.10 --ip6 fd07:2::10 --mac-address 02:00:0a:59:08:10',
    '--volume proven-lab-1-rancher:/var/lib/rancher --volume proven-lab-1-kubelet:/var/lib/kubelet',
    '--volume /seed:/var/lib/cloud/seed/nocloud:ro --volume /packages:/var/cache/lab-packages tree /sbin/init',
  ].join(' '))
})

commands('the Git server has no rights over this machine, and its host key is not its own to change', () => {
  assert.is(runGit('podman', one, { image: 'tree', hostKey: '/key', kept: '/snapshots' }, { owner: '7-9' }).slice(0, -2).join(' '), [
    'run --detach --init --name proven-lab-1-git --hostname git --label proven-lab.lab=1 --label proven-lab.owner=7-9',
    '--ulimit nofile=20000:20000 --ulimit nproc=32768:32768 --network proven-lab-1:ip=10.89.8.20,ip=fd07:2::20,mac=02:00:0a:59:08:20',
    '--volume /key:/etc/ssh/git:ro --volume /snapshots:/kept tree sh',
  ].join(' '))
})

commands('podman keeps its own systemd mode out', () => {
  const words = runHost('podman', one, host)
  assert.ok(words.includes('--systemd=false'))
  assert.is(words[words.indexOf('--pids-limit') + 1], '0')
})

commands('text is run by bash, and values are its arguments', () => {
  assert.equal(execute('a', 'echo "$1"', ['one two']), ['exec', 'a', 'bash', '-c', 'echo "$1"', 'bash', 'one two'])
})

commands('a removal does not wait for a shutdown', () => {
  assert.equal(removeContainers('docker', ['a']), ['rm', '--force', '--volumes', 'a'])
  assert.equal(removeContainers('podman', ['a']), ['rm', '--force', '--volumes', '--time', '0', 'a'])
})

commands('each engine is asked for labels in its own words', () => {
  assert.is(listContainers('docker', ['os']).at(-1), '{{.Names}}|{{.State}}|{{.Label "proven-lab.os"}}')
  assert.is(listContainers('podman', ['os']).at(-1), '{{.Names}}|{{.State}}|{{index .Labels "proven-lab.os"}}')
})

commands.run()
