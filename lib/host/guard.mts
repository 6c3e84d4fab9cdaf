import { setTimeout as sleep } from 'node:timers/promises'
import { human, milliseconds, until } from '../engine/deadline.mts'
import { asFailure, Failure } from '../engine/failure.mts'
import { ARM, DISARM, RELOAD, SERVICE, UNDO, UNDO_NOW, UNIT } from './revert-scripts.mts'
import type { Revert } from '../engine/claim.mts'
import type { Host } from './host.mts'
import type { Shell } from './shell.mts'

/**
 * Acts with the way back armed on the host: files are copied aside, a timer and a boot unit put them back unless a
 * login through a new connection works afterwards. Throws when it does not, once the host has come back by itself.
 * On the host itself there is nobody outside to ask, so the act alone decides.
 */
export async function guarded(host: Host, shell: Shell, { paths, reload }: Revert, after: string, act: () => Promise<void>): Promise<void> {
  await host.put(UNDO.path, UNDO.text, { mode: '0755' })
  await host.put(RELOAD, reload)
  await host.put(UNIT, SERVICE)
  await host.write(ARM, [after, ...paths])
  try {
    await act()
    await loginAnew(shell)
  } catch (thrown) {
    const failure = asFailure(thrown)
    if (failure.kind === 'interrupted') throw failure
    throw new Failure(`${failure.message}; ${await goBack(shell, after)}`, { ...failure.facts }, 'claim')
  }
  await host.write(DISARM)
}

/** sshd hears nobody for a moment while it reloads. A refusal is believed at once: a few more, and fail2ban bans us. */
async function loginAnew({ outside }: Shell, within = '8s'): Promise<void> {
  if (outside === undefined) return
  const failure = await until(within, async () => {
    const last = await outside.login().then(() => undefined, asFailure)
    return { done: last?.kind !== 'lost', last }
  })
  if (failure) throw failure
}

/** Carries out a revert that a killed run left armed. */
export async function undoLeftover(host: Host): Promise<void> {
  await host.write(UNDO_NOW)
}

/** Asks for the way back where the host still hears, else waits for its timer; says how it went. */
async function goBack(shell: Shell, after: string): Promise<string> {
  const start = performance.now()
  const heard = await shell.run(UNDO_NOW, [], { within: '30s' }).then(() => true, () => false)
  if (!heard) await sleep(milliseconds(after))
  const failure = await loginAnew(shell, '30s').then(() => undefined, asFailure)
  if (failure) return `and the host does not let anybody in after ${human(performance.now() - start)}: ${failure.message}`
  if (heard) return 'the change was undone, and a new login works again'
  await shell.run('true', [], {}).catch(() => shell.comeBack('30s'))
  return `the host undid the change by itself, and a new login works again after ${human(performance.now() - start)}`
}
