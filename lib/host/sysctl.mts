import type { State } from '../engine/claim.mts'
import type { Host } from './host.mts'

/** The kernel's own answer for each key; `absent` where this kernel has none. One file for each of the runbooks that set any. */
export function settings(host: Host, wanted: Readonly<Record<string, string>>, name = 'runbooks'): State<Record<string, string>> {
  const keys = Object.keys(wanted)
  // After every distribution's own: the last file to name a key wins at boot.
  const file = `/etc/sysctl.d/99-zz-${name}.conf`
  return {
    read: async () => {
      const text = await host.read('for key in "$@"; do sysctl -n "$key" 2>/dev/null || echo absent; done', keys)
      const values = text.split('\n').map(line => line.replaceAll('\t', ' '))
      return Object.fromEntries(keys.map((key, index) => [key, values[index] ?? 'absent']))
    },
    want: { ...wanted },
    act: async () => {
      await host.put(file, Object.entries(wanted).map(([key, value]) => `${key} = ${value}\n`).join(''))
      await host.write('sysctl -q -p "$1" 2>/dev/null || true', [file])
    },
  }
}
