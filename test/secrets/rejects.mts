import * as assert from 'uvu/assert'
import { asFailure, type Failure } from '../../lib/engine/failure.mts'

/** The failure a promise or a function ends with; an assertion error when it does not fail. */
export async function rejects(work: Promise<unknown> | (() => unknown), message: RegExp): Promise<Failure> {
  const ended = await Promise.resolve()
    .then(() => (typeof work === 'function' ? work() : work))
    .then(() => undefined, asFailure)
  if (ended === undefined) return assert.unreachable(`nothing failed with ${message}`) as never
  assert.match(ended.message, message)
  return ended
}
