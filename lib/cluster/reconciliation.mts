import type { Manifest } from './manifest.mts'

const UNITS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 }
// What Argo CD takes where argocd-cm says nothing (common/common.go).
const [PERIOD, JITTER] = ['120s', '60s']
const LEAST = 180

/** Seconds after which Argo CD has to have looked again, by its own settings: three rounds, as one may be long and one be missed. */
export function longestSilence(settings: readonly Manifest[]): number {
  const { data = {} } = (settings.find(({ metadata }) => metadata.name === 'argocd-cm') ?? {}) as { data?: Readonly<Record<string, string>> }
  const round = seconds(data['timeout.reconciliation'] ?? PERIOD) + seconds(data['timeout.reconciliation.jitter'] ?? JITTER)
  return Math.max(LEAST, 3 * round)
}

/** Seconds of a duration as Go writes it: `3m`, `1h30m`, `0s`. */
export function seconds(duration: string): number {
  return [...duration.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)].reduce((sum, [, amount, unit = 's']) => sum + Number(amount) * (UNITS[unit] ?? 0), 0)
}
