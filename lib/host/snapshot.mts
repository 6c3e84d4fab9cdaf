import { $ } from 'zx'
import { Failure } from '../engine/failure.mts'
import type { Config } from '../engine/config.mts'
import type { Kit } from '../engine/phase.mts'

const WITHIN = '15m'

/**
 * Offers the provider's snapshot where the configuration has a command that takes it; without a terminal nobody is
 * asked and none is taken. Throws when it was wanted and the command failed.
 */
export async function offerSnapshot({ SNAPSHOT, HOST }: Config, ask: Kit['ask']): Promise<void> {
  if (SNAPSHOT === undefined) return
  const answer = await ask(`Take the provider's snapshot of ${HOST} first, by ${SNAPSHOT}? [y/N]`)
  if (!/^y(es)?$/i.test(answer?.trim() ?? '')) return
  const { exitCode, stderr } = await $({ nothrow: true, quiet: true, timeout: WITHIN })`bash -c ${SNAPSHOT}`
  if (exitCode !== 0) {
    throw new Failure('the provider\'s snapshot was not taken, so nothing was exchanged', {
      command: SNAPSHOT, found: stderr.trim().split('\n').at(-1) || `exit ${exitCode}`, next: 'mend the command of SNAPSHOT in .env, or answer n',
    })
  }
}
