import { connect } from 'node:net'
import { until } from '../../lib/engine/deadline.mts'
import { Failure } from '../../lib/engine/failure.mts'
import type { Answer } from './containers.mts'

export type Console = (script: string, ...values: string[]) => Promise<Answer>

/** Identity of the running boot: the kernel's own is this machine's, so the start of the first process is it. */
export async function bootOf(exec: Console): Promise<string | undefined> {
  const { code, stdout } = await exec('cut -d " " -f 22 /proc/1/stat')
  return code === 0 ? stdout.trim() : undefined
}

/** Waits until logins are allowed and sshd greets on every address, under another boot than `before`. */
export async function ready(exec: Console, addresses: readonly string[], before?: string): Promise<void> {
  const last = await until('3m', async () => {
    const boot = await bootOf(exec)
    if (boot === undefined || boot === before) return { done: false, last: 'not booted' }
    if ((await exec('systemctl is-system-running | grep -Eq "starting|running|degraded" && test ! -e /run/nologin')).code !== 0) return { done: false, last: 'booting' }
    const greeted = await Promise.all(addresses.map(greets))
    return { done: greeted.every(Boolean), last: greeted.every(Boolean) ? 'ready' : 'no greeting from sshd' }
  }, { every: 100 })
  if (last !== 'ready') throw new Failure('the lab host did not come up', { expected: 'sshd greets', found: last, waited: '3 min', next: 'npm run lab -- reset' })
}

/** Whether an sshd greets at this address. */
export function greets(address: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host: address, port: 22, timeout: 1000 })
    const end = (greeted: boolean) => {
      socket.destroy()
      resolve(greeted)
    }
    socket.once('data', data => end(data.toString().startsWith('SSH-')))
    for (const event of ['error', 'timeout', 'close']) socket.once(event, () => end(false))
  })
}
