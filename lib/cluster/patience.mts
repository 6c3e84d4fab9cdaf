import { until } from '../engine/deadline.mts'
import { interrupting } from '../engine/interruption.mts'

/** Tries as `until` does, twice a second; whoever interrupts the run does not have to wait for the deadline: that throws `interrupted`. */
export async function patiently<T>(within: string, attempt: () => Promise<{ done: boolean, last: T }>): Promise<T> {
  const abort = new AbortController()
  const letGo = interrupting(abort)
  try {
    return await until(within, attempt, { every: 500, signal: abort.signal })
  } catch (thrown) {
    throw abort.signal.aborted ? abort.signal.reason : thrown
  } finally {
    letGo()
  }
}
