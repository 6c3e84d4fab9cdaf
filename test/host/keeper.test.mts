import { spawn as start } from 'node:child_process'
import { existsSync } from 'node:fs'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { $ } from 'zx'
import { holder, keep, keeperCommand } from '../../lib/host/keeper.mts'
import { rejects } from '../rejects.mts'
import type { Mode } from '../../lib/engine/judge.mts'

const test = suite('keeper')
const spawn = $({ quiet: true, nothrow: true, detached: true })
// The lock is a real one, in a namespace of its own where that can be had: a run on this very machine is not disturbed.
const PRIVATE = process.getuid?.() === 0 && existsSync('/usr/bin/unshare') ? ['unshare', '--mount', 'bash', '-c', 'mount -t tmpfs tmpfs /run && mkdir /run/lock && echo ready && exec sleep 600'] : undefined
const skipped = PRIVATE === undefined ? 'needs root and unshare' : undefined
const namespace = PRIVATE ? start(PRIVATE[0] ?? '', PRIVATE.slice(1), { stdio: ['ignore', 'pipe', 'ignore'] }) : undefined
const inside = ['nsenter', '--mount', `--target=${namespace?.pid}`]
const check = skipped === undefined ? test : test.skip

function hold(stem: string, mode: Mode) {
  const child = spawn`${[...inside, ...keeperCommand(stem, mode)]}`
  return { child, kept: keep(child, 'vps') }
}

test.before(async () => { if (namespace?.stdout) await once(namespace.stdout, 'data') })
test.after(() => { namespace?.kill('SIGKILL') })

check('a run that writes keeps every other one out, naming holder and age', async () => {
  const release = await hold('01-baseline', 'apply').kept
  for (const mode of ['apply', 'plan', 'verify'] as const) {
    const failure = await rejects(hold('02-wireguard', mode).kept)
    assert.equal([failure.kind, failure.message], ['locked', 'vps is locked by another run'])
    assert.match(String(failure.facts.found), /^01-baseline \S+@\S+, for \d+ s$/)
  }
  await release?.()
})

check('a lock that was released is free', async () => {
  await (await hold('01-baseline', 'apply').kept)?.()
  await (await hold('01-baseline', 'apply').kept)?.()
})

check('runs that only read share it, and keep out one that writes', async () => {
  const one = await hold('01-baseline', 'plan').kept
  const two = await hold('01-baseline', 'verify').kept
  const failure = await rejects(hold('01-baseline', 'apply').kept)
  assert.is(failure.facts.found, 'a run that only reads')
  await one?.()
  await two?.()
})

check('a run that is killed leaves no lock', async () => {
  const { child, kept } = hold('01-baseline', 'apply')
  await kept
  await child.kill('SIGKILL')
  await child
  await (await hold('01-baseline', 'apply').kept)?.()
})

test('a keeper that ends unheard gives nothing to release', async () => {
  assert.is(await keep(spawn`false`, 'vps'), undefined)
  assert.is(await keep(spawn`echo hello`, 'vps'), undefined)
})

test('a keeper whose link is cut does not take the run with it', async () => {
  const child = spawn`bash -c ${'echo ready; exec <&-; sleep 0.1'}`
  const release = await keep(child, 'vps')
  await once(child.stdout, 'close')
  child.stdin.write('\n')
  await sleep(50)
  await release?.()
})

test('a holder is told in words', () => {
  assert.is(holder('01-baseline ops@laptop 1000\n', 1_042_400), '01-baseline ops@laptop, for 42 s')
  assert.is(holder('01-baseline ops@laptop 1000', 900_000), '01-baseline ops@laptop, for 0 s')
  assert.is(holder('', 0), 'a run that only reads')
})

test.run()
