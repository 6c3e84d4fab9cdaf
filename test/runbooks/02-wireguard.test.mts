import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../lib/engine/run.mts'
import { tunnelKeys } from '../../lib/host/tunnel.mts'
import { publicKey } from '../../lib/secrets/wireguard-key.mts'
import { wireguard } from '../../runbooks/02-wireguard.mts'
import { settings, stage } from '../engine/stage.mts'
import { output } from '../host/recorded.mts'
import { platform, useKey } from '../secrets/platform.mts'
import type { Mode } from '../../lib/engine/judge.mts'
import type { Host } from '../../lib/host/host.mts'

const test = suite('02-wireguard')
const KEY = 'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE='
const config = { ...settings(`VPN_PEERS=laptop:10.8.0.2:${KEY}`), road: 'outside' } as const
const { place } = await platform()
const { server, probe } = await tunnelKeys(place)

// What a host of the baseline says, and what it says once the thing is done.
const THINGS: readonly { readonly id: string, readonly asked: RegExp, readonly before: string, readonly after: string, readonly done: RegExp }[] = [
  { id: 'W3', asked: /dpkg-query/, before: '', after: 'ii  wireguard-tools', done: /wireguard-tools$/ },
  { id: 'W4', asked: /type wireguard/, before: 'none', after: 'wireguard-go', done: /wireguard-go$/ },
  { id: 'W5', asked: /cmp -s - .*wg0\.conf/, before: 'absent', after: 'as declared\n600 root', done: /put \/etc\/wireguard\/wg0\.conf$/ },
  { id: 'W6', asked: /is-enabled wg-quick/, before: ', inactive', after: 'enabled, active', done: /systemctl enable/ },
  { id: 'W7', asked: /public-key listen-port/, before: 'none\nnone\nnone', after: `${publicKey(server)}\n51820\n1420\n10.8.0.1/24`, done: /address replace|systemctl enable/ },
  { id: 'W8', asked: /allowed-ips/, before: '==', after: `${KEY}\t10.8.0.2/32\n${publicKey(probe)}\t10.8.0.254/32\n==`, done: /^wg syncconf|systemctl enable/ },
  { id: 'W9', asked: /sysctl -n/, before: '1\n1\nabsent', after: '1\n1\n1', done: /sysctl -q -p/ },
]

/** Runs the phase on a host with these things done; `stuck` is one that no act changes. */
async function tell(done: readonly string[], { mode = 'apply', only, stuck }: { mode?: Mode, only?: string[], stuck?: string } = {}) {
  const is = new Set(done)
  const writes: string[] = []
  const acts = (what: string) => {
    writes.push(what)
    for (const { id, done: act } of THINGS) if (act.test(what) && id !== stuck) is.add(id)
  }
  const up = () => is.has('W8')
  const host: Host = {
    ...stage().host,
    async read(script) {
      if (/nft -s list table/.test(script)) return output('wall', 'standing and ours')
      if (/ufw status/.test(script)) return output('ufw', 'the policy in both families')
      const thing = THINGS.find(({ asked }) => asked.test(script))
      if (thing === undefined) throw new Error(`nobody knows what this reads: ${script}`)
      return is.has(thing.id) ? thing.after : thing.before
    },
    async write(script, args = []) {
      acts([script.trim(), ...args].join(' '))
      return ''
    },
    put: async path => acts(`put ${path}`),
    outside: {
      login: async () => {},
      offers: async () => [],
      answers: async () => ({ open: [22], refused: [80, 443] }),
      visit: async ({ who }, ports) => ({ handshake: up() && who === 'probe' ? 5 : 'silence', open: up() ? ports.filter(port => port === 22) : [], refused: [] }),
    },
  }
  const outcomes = await run(wireguard, {
    host, folder: place, config, signal: new AbortController().signal, selection: { mode, drills: false, ...(only && { only }) },
    ask: async () => undefined, report: async () => {}, waiting: () => {}, lastProof: () => 'never',
  })
  const having = (...verdicts: string[]) => outcomes.filter(({ verdict }) => verdicts.includes(verdict)).map(({ id }) => id)
  const told = outcomes.map(({ id, verdict, why }) => `${id} ${verdict} ${why?.join(' | ') ?? ''}`).join('\n')
  return { writes, having, told }
}

const ALL = THINGS.map(({ id }) => id)

test.before(() => useKey(place))

test('fresh: every claim holds at the end, and what differs is changed once', async () => {
  const { having, told, writes } = await tell([])
  assert.equal(having('failed', 'blocked', 'unverified', 'planned'), [], told)
  // The unit brings the interface and its peers; their own acts are for what was changed by hand.
  assert.equal(having('changed'), ['W3', 'W4', 'W5', 'W6', 'W9'], told)
  assert.is(new Set(writes).size, writes.length, writes.join('\n'))
})

test('converged: everything is ok, and nothing is written', async () => {
  const { having, told, writes } = await tell(ALL)
  assert.equal([having('changed', 'failed', 'blocked', 'unverified'), writes, having('due')], [[], [], ['W17']], told)
})

for (const mode of ['plan', 'verify'] as const) {
  test(`${mode}: nothing is written`, async () => {
    const { having, told, writes } = await tell([], { mode })
    assert.equal([having('changed'), writes], [[], []], told)
    assert.ok(having('planned', 'failed').includes('W3'), told)
  })
}

for (const id of ALL) {
  test(`an act of ${id} that does not stick is a failure`, async () => {
    const { having, told } = await tell(ALL.filter(other => other !== id), { only: [id], stuck: id })
    assert.equal(having('failed'), [id], told)
  })
}

test('where the tunnel does not come up, one thing is red and what needs it is blocked', async () => {
  const { having, told } = await tell(['W3', 'W4', 'W5'], { stuck: 'W6' })
  assert.equal([having('failed'), having('blocked')], [['W6'], ['W7', 'W8', 'W9', 'W13', 'W14', 'W15', 'W16', 'W17']], told)
})

test.run()
