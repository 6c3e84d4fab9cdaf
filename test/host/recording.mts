import { asFailure } from '../../lib/engine/failure.mts'
import { parseRows } from '../../lib/host/kine.mts'
import { isKubeconfig, KUBECONFIG, passedOn } from '../cluster/double.mts'
import { API, apiWords, disguised, keyOf, outsideScript, undated, visitWords, type Reading, type StandIns } from './transcript.mts'
import type { Host } from '../../lib/host/host.mts'
import type { Reply, Request } from '../cluster/api.mts'

// Where the packages came from says nothing about the host.
const MIRROR = /(?:https?:\/\/)?(?:deb|security)\.[\w-]+\.org/g
const ROW = /^(\/registry\/[^|]*\|\d+\|)[0-9A-F]{16,}$/gm

/**
 * A host that keeps what it read, and what its Kubernetes API replied, each reading once, without the day in it, and
 * with stand-ins for what is this platform's own.
 */
export function recording(host: Host, standIns: StandIns): { host: Host, answer(request: Request): Promise<Reply>, readings(): Reading[] } {
  const readings = new Map<string, Reading>()

  async function keep<T>(script: string, args: readonly string[], read: () => Promise<T>, kept: (found: T) => Pick<Reading, 'printed' | 'replied'>): Promise<T> {
    const key = keyOf(script, args)
    try {
      const found = await read()
      readings.set(key, { script, args, ...kept(found) })
      return found
    } catch (thrown) {
      const { message, kind } = asFailure(thrown)
      readings.set(key, { script, args, failed: { message, kind } })
      throw thrown
    }
  }

  const printed = (text: string) => ({ printed: isKubeconfig(text) ? KUBECONFIG : undated(disguised(short(text), standIns), Date.now()).replaceAll(MIRROR, 'mirror.example') })
  const said = (found: unknown) => printed(JSON.stringify(found))
  const { outside } = host
  const wrapped: Host = {
    ...host,
    read: (script, args = [], options = {}) => keep(script, args, () => host.read(script, args, options), printed),
    outside: outside && {
      ...outside,
      login: () => keep(outsideScript('login'), [], outside.login, () => printed('')),
      offers: user => keep(outsideScript('offers'), [user], () => outside.offers(user), said),
      answers: (address, family, ports) => keep(outsideScript('answers'), [String(family)], () => outside.answers(address, family, ports), said),
      session: (address, port) => keep(outsideScript('session'), [address, String(port)], () => outside.session(address, port), said),
      visit: (visitor, ports) => keep(outsideScript('visit'), visitWords(visitor, ports), () => outside.visit(visitor, ports), said),
    },
  }
  const answer = (request: Request) => keep(API, apiWords(request), () => passedOn(host, request), replied => ({ replied }))
  return { host: wrapped, answer, readings: () => [...readings.values()] }
}

/** The rows of a datastore with no more of each value than is read of it: its UID, or that it is encrypted. */
function short(text: string): string {
  return text.replaceAll(ROW, (line, row: string) => {
    const [{ encrypted, uid = '' } = {}] = parseRows(line)
    return row + (encrypted ? Buffer.from('k8s:enc:').toString('hex').toUpperCase() : `uid:${uid}`)
  })
}
