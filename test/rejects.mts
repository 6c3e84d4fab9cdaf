import { asFailure, type Failure } from '../lib/engine/failure.mts'

/** The failure that a promise ends with; throws when it does not fail. */
export async function rejects(promise: Promise<unknown>): Promise<Failure> {
  const outcome = await promise.then(value => ({ value }), (thrown: unknown) => ({ thrown }))
  if ('thrown' in outcome) return asFailure(outcome.thrown)
  throw new Error(`did not fail, and gave back ${JSON.stringify(outcome.value)}`)
}

/** The failure that a call ends with; throws when it does not fail. */
export function throws(call: () => unknown): Failure {
  let value: unknown
  try {
    value = call()
  } catch (thrown) {
    return asFailure(thrown)
  }
  throw new Error(`did not fail, and gave back ${JSON.stringify(value)}`)
}
