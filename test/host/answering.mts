import { stage } from '../engine/stage.mts'
import type { Host, Outside, Passage } from '../../lib/host/host.mts'

/** What a visitor meets whom the tunnel does not let in. */
export const SILENCE: Passage = { handshake: 'silence', tcp: { open: [], refused: [] }, udp: { open: [], refused: [] } }

/** What is seen from outside of a host where nobody answers. */
export const NOWHERE: Outside = {
  login: async () => {}, offers: async () => [], answers: async () => ({ open: [], refused: [] }),
  session: async (host, port) => ({ via: 'route', host, port }), visit: async () => SILENCE,
}

/** A host that answers every reading with this text, or by a function of what was asked, and lists what was written. */
export function answering(
  answer: string | ((script: string, args: readonly string[]) => string | Promise<string>), outside?: Partial<Outside>,
): { host: Host, written: { script: string, args: readonly string[], input?: unknown }[] } {
  const written: { script: string, args: readonly string[], input?: unknown }[] = []
  const host: Host = {
    ...stage().host,
    read: async (script, args = []) => (typeof answer === 'string' ? answer : answer(script, args)),
    async write(script, args = [], { input } = {}) {
      written.push({ script, args, input })
      return ''
    },
    async put(path, content) {
      written.push({ script: 'put', args: [path], input: content })
    },
    outside: outside && { ...NOWHERE, ...outside },
  }
  return { host, written }
}
