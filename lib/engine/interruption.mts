import { Failure } from './failure.mts'

/** What ends a run from outside: Ctrl-C, somebody who asks it to end, a terminal that goes away. */
export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Lets an interruption of the run abort this, with a failure of that kind; gives back how it is let go of. */
export function interrupting(abort: AbortController): () => void {
  const stop = () => abort.abort(new Failure('interrupted', {}, 'interrupted'))
  for (const signal of SIGNALS) process.on(signal, stop)
  return () => {
    for (const signal of SIGNALS) process.off(signal, stop)
  }
}
