import { Failure } from '../engine/failure.mts'

const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15,
  Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50,
}

/** The number that Kubernetes writes as `250m`, `94321n` or `16Gi`. */
export function quantity(text: string): number {
  const [, amount, unit = ''] = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(text) ?? []
  const factor = FACTORS[unit]
  if (amount === undefined || factor === undefined) throw new Failure(`${JSON.stringify(text)} is not a quantity`, { expected: 'a number such as 250m or 16Gi' })
  return Number(amount) * factor
}
