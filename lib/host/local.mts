import { $ } from 'zx'
import { milliseconds } from '../engine/deadline.mts'
import { Failure } from '../engine/failure.mts'
import { keep, keeperCommand } from './keeper.mts'
import { fed, printed, type Shell } from './shell.mts'
import type { Errand } from './ssh.mts'

const spawn = $({ quiet: true, nothrow: true, detached: true })

/** The server itself, as root (`HOST=local`), under the run's lock. It has no outside eyes and ends with its reboot. */
export async function local({ stem, mode }: Errand): Promise<Shell> {
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  const keeper = spawn`${[...sudo, ...keeperCommand(stem, mode)]}`
  const release = await keep(keeper, 'this machine')
  if (release === undefined) throw new Failure('this account cannot become root without a password', { found: (await keeper).stderr.trim(), next: 'run it as root' }, 'input')
  return { ...here(sudo), close: release }
}

/** The operator's own machine, as the operator: for 00-prepare, which needs neither root nor a lock. */
export function operator(): Shell {
  return here([])
}

function here(sudo: string[]): Shell {
  let abort = new AbortController()
  return {
    name: 'local',
    async run(script, args, { input = '', within = '1m' }) {
      const { signal } = abort
      const words = [...sudo, 'bash', '-c', script, 'bash', ...args]
      const { stdout, stderr, exitCode, signal: killed } = await fed(spawn({ signal, timeout: milliseconds(within) })`${words}`, input)
      if (signal.aborted) throw new Failure('interrupted', {}, 'interrupted')
      return printed({ code: killed ? 124 : exitCode, stdout, stderr }, script, args, within)
    },
    // What the host reaches, this machine does.
    forward: async (_address, port) => port,
    interrupt() {
      abort.abort()
      abort = new AbortController()
    },
    comeBack: async () => {
      throw new Failure('a run on the machine itself ends with its reboot', { next: 'run the drill over SSH from another machine' })
    },
    close: async () => {},
    outside: undefined,
  }
}
