import { asFailure } from '../../lib/engine/failure.mts'
import { disguised, keyOf, outsideScript, undated, visitWords, type Reading, type StandIns } from './transcript.mts'
import type { Host } from '../../lib/host/host.mts'

// Where the packages came from says nothing about the host.
const MIRROR = /(?:https?:\/\/)?(?:deb|security)\.[\w-]+\.org/g

/** A host that keeps what it read, each reading once, without the day in it, and with stand-ins for what is this platform's own. */
export function recording(host: Host, standIns: StandIns): { host: Host, readings: () => Reading[] } {
  const readings = new Map<string, Reading>()

  async function keep<T>(script: string, args: readonly string[], read: () => Promise<T>, text: (found: T) => string): Promise<T> {
    const key = keyOf(script, args)
    try {
      const found = await read()
      readings.set(key, { script, args, printed: undated(disguised(text(found), standIns), Date.now()).replaceAll(MIRROR, 'mirror.example') })
      return found
    } catch (thrown) {
      const { message, kind } = asFailure(thrown)
      readings.set(key, { script, args, failed: { message, kind } })
      throw thrown
    }
  }

  const { outside } = host
  const wrapped: Host = {
    ...host,
    read: (script, args = [], options = {}) => keep(script, args, () => host.read(script, args, options), text => text),
    outside: outside && {
      ...outside,
      login: () => keep(outsideScript('login'), [], outside.login, () => ''),
      offers: user => keep(outsideScript('offers'), [user], () => outside.offers(user), methods => JSON.stringify(methods)),
      answers: (address, family, ports) => keep(outsideScript('answers'), [String(family)], () => outside.answers(address, family, ports), answers => JSON.stringify(answers)),
      visit: (visitor, ports) => keep(outsideScript('visit'), visitWords(visitor, ports), () => outside.visit(visitor, ports), passage => JSON.stringify(passage)),
    },
  }
  return { host: wrapped, readings: () => [...readings.values()] }
}
