import { spawnSync } from 'node:child_process'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseWall, rules, standing } from '../../lib/host/wall.mts'
import { holds } from '../../lib/engine/want.mts'
import { settings } from '../engine/stage.mts'
import { answering } from './answering.mts'
import { output, recorded } from './recorded.mts'

const test = suite('wall')
const ours = { differences: [], files: true, unit: 'enabled, active, stop: ', before: true, nftables: 'disabled' }

recorded(test, 'wall', parseWall, {
  'standing and ours': ours,
  'a hole, and not loaded at boot': {
    differences: ['- tcp dport 8080 accept', '+ udp dport 51820 accept'], files: false, unit: 'disabled, active, stop: ', before: true, nftables: 'enabled',
  },
  'nft is not installed': { differences: ['+ nft is not installed'], files: false, unit: ', inactive, stop: ', before: false, nftables: 'not-found' },
})

test('only the wall that stands, and will stand, is what is wanted', async () => {
  for (const title of ['standing and ours', 'a hole, and not loaded at boot', 'nft is not installed']) {
    const { read, want } = standing(answering(output('wall', title)).host, settings())
    assert.is(holds(want, await read()), title === 'standing and ours', title)
  }
})

test('what could cut the operator off has its way back', () => {
  assert.ok(standing(answering('').host, settings()).revert?.paths.includes('/etc/runbooks/wall.nft'))
})

const namespace = spawnSync('unshare', ['--net', 'nft', 'list', 'ruleset'])
const why = namespace.error ? namespace.error.message : namespace.stderr.toString().trim()
const loads = namespace.status === 0 ? test : test.skip
if (namespace.status !== 0) console.log(`wall: not loaded into a kernel: ${why}`)

/** The wall as the kernel has it, after the text was loaded this many times. */
function loaded(times: number, ...lines: string[]): string {
  const { status, stdout, stderr } = spawnSync('unshare', ['--net', 'sh', '-c', 'for time in $(seq "$1"); do printf %s "$2" | nft -f - || exit 1; done; nft -s list ruleset', 'sh', String(times), rules(settings(...lines))])
  assert.is(status, 0, String(stderr))
  return String(stdout)
}

loads('the kernel takes its rules, and the same text again replaces them', () => {
  // The kernel's own names for -150.
  assert.match(loaded(1), /hook prerouting priority (mangle|dstnat - 50);/)
  assert.is(loaded(2), loaded(1))
})

loads('the kernel has ssh on the configured port, outside and in the tunnel', () => {
  const table = loaded(1, 'SSH_PORT=2222', 'VPN_PORTS=2222')
  assert.match(table, 'tcp dport { 80, 443, 2222 } accept')
  assert.match(table, 'iifname "wg0" tcp dport { 2222, 6443, 8443 } accept')
  assert.not.match(table, /dport .*\b22\b/)
})

loads('the last word is drop, in the tunnel and outside', () => {
  const lines = loaded(1).split('\n').map(line => line.trim()).filter(line => line.endsWith('drop'))
  assert.equal([lines.some(line => line.startsWith('iifname "wg0" counter')), lines.at(-1)], [true, 'counter drop'])
})

test.run()
