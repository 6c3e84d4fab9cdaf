export type Counted = {
  readonly requests: number
  /** Those that got anything but the page, and what the first of them got. */
  readonly failed: number
  readonly first: string
}

export type Traffic = {
  /** How many requests were answered so far. */
  answered(): number
  /** Ends it, and waits for the last answers. */
  stop(): Promise<Counted>
}

const EVERY_MS = 100

/** Somebody outside who asks for a page ten times a second, whatever became of the last request. */
export function traffic(ask: () => Promise<string>, page: string, every = EVERY_MS): Traffic {
  const underWay = new Set<Promise<void>>()
  const start = performance.now()
  let [answered, failed, first] = [0, 0, 'none']
  const one = async (): Promise<void> => {
    const at = performance.now()
    const answer = await ask()
    answered += 1
    if (answer === page) return
    if (failed === 0) first = `${((at - start) / 1000).toFixed(1)} s after the first: ${answer.slice(0, 100)}`
    failed += 1
  }
  const timer = setInterval(() => {
    const request = one().finally(() => underWay.delete(request))
    underWay.add(request)
  }, every)
  return {
    answered: () => answered,
    async stop() {
      clearInterval(timer)
      await Promise.all(underWay)
      return { requests: answered, failed, first }
    },
  }
}
