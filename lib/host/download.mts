import { setTimeout as sleep } from 'node:timers/promises'
import { human } from '../engine/deadline.mts'
import { Failure } from '../engine/failure.mts'
import { terminal } from '../engine/terminal.mts'
import { transfer, type Patience } from './transfer.mts'
import { fileName } from './web-address.mts'

/** How often it is tried, with how many milliseconds before the second try; the third has to wait four times as long. */
export type Stubbornness = Patience & { readonly tries: number, readonly pause: number }

// 50 kB a second: slower than that, a person is quicker with another line.
const ENOUGH: Stubbornness = { tries: 3, pause: 2000, window: 30_000, least: 1_500_000 }

/** Puts the bytes behind an address into a file, in as many tries as it gives back; throws a failure that names the address and what came of each. */
export async function download(address: string, file: string, { tries, pause, ...patience }: Stubbornness = ENOUGH): Promise<number> {
  const start = performance.now()
  const url = new URL(address)
  const whys = new Set<string>()
  for (let count = 1; ; count += 1) {
    const stopped = await transfer(url, file, patience)
    if (stopped === undefined) return count
    whys.add(stopped.why)
    if (stopped.final || count >= tries) {
      throw new Failure(`${fileName(url)} could not be downloaded`, {
        expected: address, found: [...whys].join('; then '), waited: `${inTries(count)}, ${human(performance.now() - start)}`,
        next: 'docs/versions.md#out-of-reach',
      })
    }
    terminal.waiting(`${fileName(url)}: ${stopped.why}; trying again`)
    await sleep(pause * count ** 2)
  }
}

/** A number of tries, in words. */
export function inTries(count: number): string {
  return `${count} ${count === 1 ? 'try' : 'tries'}`
}
