import { stage } from '../engine/stage.mts'
import type { Host, Outside } from '../../lib/host/host.mts'

/** A host that answers every reading with this text, or by a function of what was asked, and lists what was written. */
export function answering(
  answer: string | ((script: string, args: readonly string[]) => string | Promise<string>), outside?: Partial<Outside>,
): { host: Host, written: { script: string, args: readonly string[], input?: unknown }[] } {
  const written: { script: string, args: readonly string[], input?: unknown }[] = []
  const nowhere: Outside = { login: async () => {}, offers: async () => [], answers: async () => ({ open: [], refused: [] }), visit: async () => ({ handshake: 'silence', open: [], refused: [] }) }
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
    outside: outside && { ...nowhere, ...outside },
  }
  return { host, written }
}
