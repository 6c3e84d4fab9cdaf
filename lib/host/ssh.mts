import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { $ } from 'zx'
import { human, milliseconds, until } from '../engine/deadline.mts'
import { asFailure, Failure } from '../engine/failure.mts'
import { forwarded } from './forward.mts'
import { keep, keeperCommand } from './keeper.mts'
import { knock } from './knock.mts'
import { quoteAll } from './quote.mts'
import { roadOptions, roads, session, type Road } from './road.mts'
import { fed, printed, type Shell } from './shell.mts'
import { diagnose } from './ssh-diagnosis.mts'
import { checkKey, sshOptions } from './ssh-options.mts'
import { visit } from './tunnel-probe.mts'
import type { Config } from '../engine/config.mts'
import type { Mode } from '../engine/judge.mts'

// How long a connection may take to end by itself.
const PATIENCE_MS = 2000

/** A run's place: who it is for, from where, under which lock. */
export type Errand = { readonly config: Config, readonly folder: string, readonly stem: string, readonly mode: Mode }

// Its own process group: Ctrl-C on the terminal must not take the link away from what is still to be put back.
const spawn = $({ quiet: true, nothrow: true, detached: true })

/**
 * Connects once, as the admin or else as the first user, takes the run's lock, and runs everything over that
 * connection. Throws bad input (key, user, host key, sudo), `lost` (no answer) or `locked`.
 */
export async function connect(errand: Errand): Promise<Shell> {
  const { config } = errand
  checkKey(config)
  const sockets = mkdtempSync(join(tmpdir(), 'runbooks-'))
  const forgetSockets = () => rmSync(sockets, { recursive: true, force: true })
  const first = await takeRoad(errand, sockets).catch(thrown => { forgetSockets(); throw thrown })
  const { road, options } = first
  let { link } = first
  let abort = new AbortController()

  const forward = (address: string, port: number) => forwarded(link.forwards, `${address}:${port}`, words =>
    spawn({ timeout: '20s' })`ssh ${link.shared} -O forward -L ${words} ${config.HOST}`)

  return {
    name: config.HOST,
    road,
    async run(script, args, { input = '', within = '1m' }) {
      const { signal } = abort
      const seconds = String(milliseconds(within) / 1000)
      const words = [...link.sudo, 'timeout', '-k', '5', seconds, 'bash', '-c', script, 'bash', ...args]
      const remote = `${quoteAll(words)}; printf '\\036%s' "$?" >&2`
      const { stdout, stderr } = await fed(spawn({ signal, timeout: milliseconds(within) + 10_000 })`ssh ${link.shared} ${config.HOST} ${remote}`, input)
      if (signal.aborted) throw new Failure('interrupted', {}, 'interrupted')
      const [said = '', code] = stderr.split('\u001e')
      if (code === undefined) throw new Failure(`the link to ${config.HOST} is gone`, { found: said.trim().split('\n').at(-1), next: 'run the same command again: what was half done converges' }, 'lost')
      return printed({ code: Number(code), stdout, stderr: said }, script, args, within)
    },
    forward,
    interrupt() {
      abort.abort()
      abort = new AbortController()
    },
    async comeBack(within) {
      const start = performance.now()
      await link.release()
      const answer = await until(within, async () => {
        const last = await openLink(errand, options, sockets).catch(asFailure)
        return { done: !(last instanceof Failure) || last.kind === 'locked', last }
      })
      if (answer instanceof Failure) throw new Failure(`${config.HOST} did not come back`, { ...answer.facts, waited: human(performance.now() - start) }, 'lost')
      link = answer
      return (performance.now() - start) / 1000
    },
    async close() {
      await link.release()
      forgetSockets()
    },
    outside: {
      async login() {
        const apart = [...options, '-o', 'ControlPath=none', '-l', config.ADMIN_USER]
        const { exitCode, stderr } = await fed(spawn({ timeout: '20s' })`ssh ${apart} ${config.HOST} ${'sudo -n true'}`, '')
        if (exitCode !== 0) throw diagnose(stderr, config, config.ADMIN_USER)
      },
      async offers(user) {
        const apart = [...options, '-o', 'ControlPath=none', '-o', 'PreferredAuthentications=none', '-l', user]
        const { exitCode, stderr } = await fed(spawn({ timeout: '20s' })`ssh ${apart} ${config.HOST} ${'true'}`, '')
        if (exitCode === 0) return ['none']
        const methods = /Permission denied \(([^)]*)\)/.exec(stderr)?.[1]
        if (methods === undefined) throw diagnose(stderr, config, user)
        return methods.split(',').sort()
      },
      answers: knock,
      session: (address, port) => session(config, address, port, forward),
      visit,
    },
  }
}

/** The first way that gets an answer; throws the last one's failure, or at once what is no lack of an answer. */
async function takeRoad(errand: Errand, sockets: string): Promise<{ road: Road, options: string[], link: Link }> {
  let lost = new Failure(`${errand.config.HOST} does not answer`, {}, 'lost')
  for await (const road of roads(errand.config)) {
    const options = [...sshOptions(errand.config, errand.folder), ...roadOptions(errand.config, road)]
    const link = await openLink(errand, options, sockets).catch(asFailure)
    if (!(link instanceof Failure)) return { road, options, link }
    if (link.kind !== 'lost') throw link
    lost = link
  }
  throw lost
}

type Link = { readonly shared: string[], readonly sudo: string[], readonly forwards: Map<string, number>, readonly release: () => Promise<void> }

async function openLink(errand: Errand, options: string[], sockets: string): Promise<Link> {
  const { ADMIN_USER, FIRST_USER } = errand.config
  try {
    return await openAs(errand, options, sockets, ADMIN_USER)
  } catch (thrown) {
    if (FIRST_USER === undefined || !/does not let/.test(asFailure(thrown).message)) throw thrown
    return openAs(errand, options, sockets, FIRST_USER)
  }
}

/** The master connection: its own session keeps the lock, so the two end together. */
async function openAs({ config, stem, mode }: Errand, options: string[], sockets: string, user: string): Promise<Link> {
  const socket = join(sockets, `${user}-${Date.now()}`)
  const sudo = user === 'root' ? [] : ['sudo', '-n']
  const keeper = quoteAll([...sudo, ...keeperCommand(stem, mode)])
  const master = spawn`ssh ${[...options, '-M', '-S', socket, '-o', 'ControlPersist=no', '-l', user]} ${config.HOST} ${keeper}`
  const release = await keep(master, config.HOST)
  if (release === undefined) throw diagnose((await master).stderr, config, user)
  // Without the master nothing may fall back to a connection of its own: ProxyCommand=false makes that impossible.
  const shared = [...options, '-S', socket, '-o', 'ProxyCommand=false', '-l', user]
  return {
    shared, sudo, forwards: new Map(),
    async release() {
      const ended = release()
      // ssh waits for what goes through its forwards, and whoever stands still at their far end never ends it.
      if (await Promise.race([ended, sleep(PATIENCE_MS, 'late', { ref: false })]) === 'late') await spawn({ timeout: '20s' })`ssh ${shared} -O exit ${config.HOST}`
      await ended
    },
  }
}
