import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Failure } from '../engine/failure.mts'
import { Secret } from '../secrets/secret.mts'
import type { ProcessPromise } from 'zx'
import type { CommandOptions, Outside } from './host.mts'
import type { Road } from './road.mts'

/** A way to run constant shell text as root on a machine: over SSH, or on the machine itself. */
export type Shell = {
  readonly name: string
  /** What the command printed; throws a `Failure` of kind `claim` when it ended badly, `lost` when the link did. */
  run(script: string, args: readonly string[], options: CommandOptions): Promise<string>
  /** A port of this machine's loopback that leads to this port of an address, as the host reaches it. */
  forward(address: string, port: number): Promise<number>
  /** Ends what is running now, so that what must still be put back can be. */
  interrupt(): void
  /** Seconds until the machine could be reached anew. */
  comeBack(within: string): Promise<number>
  close(): Promise<void>
  readonly outside: Outside | undefined
  /** Whether the tunnel carried the connection. */
  readonly road?: Road
}

/** What a command that ended says of itself. */
export type Ended = { readonly code: number | null, readonly stdout: string, readonly stderr: string }

/** Gives a process all of its standard input; that it ends before reading it is no error of ours. */
export function fed(child: ProcessPromise, input: string | Secret | Readable): ProcessPromise {
  child.stdin.on('error', () => {})
  // A file that cannot be read to its end is an input cut short: whoever receives it compares.
  if (input instanceof Readable) pipeline(input, child.stdin).catch(() => {})
  else child.stdin.end(input instanceof Secret ? input.reveal() : input)
  return child
}

/** What the command printed, or a `Failure` with the command, its exit code and its last words. */
export function printed({ code, stdout, stderr }: Ended, script: string, args: readonly string[], within: string): string {
  if (code === 0) return stdout.trimEnd()
  const command = [script.trim(), ...args.map(arg => JSON.stringify(arg.length > 80 ? `${arg.slice(0, 80)}…` : arg))].join(' ')
  const found = stderr.trim().split('\n').slice(-6).join('\n           ')
  if (code === 124 || code === 137) throw new Failure(`a command did not end within ${within}`, { command, found, waited: within })
  throw new Failure(`a command ended with ${code}`, { command, ...(found && { found }) })
}
