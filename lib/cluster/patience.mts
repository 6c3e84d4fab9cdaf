import { until } from '../engine/deadline.mts'
import { Failure } from '../engine/failure.mts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Tries as `until` does, twice a second; whoever interrupts the run does not have to wait for the deadline: that throws `interrupted`. */
export async function patiently<T>(within: string, attempt: () => Promise<{ done: boolean, last: T }>): Promise<T> {
  const abort = new AbortController()
  const stop = () => abort.abort(new Failure('interrupted', {}, 'interrupted'))
  for (const signal of SIGNALS) process.on(signal, stop)
  try {
    return await until(within, attempt, { every: 500, signal: abort.signal })
  } catch (thrown) {
    throw abort.signal.aborted ? abort.signal.reason : thrown
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop)
  }
}
