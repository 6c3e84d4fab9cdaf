import type { State } from '../engine/claim.mts'
import type { Host } from './host.mts'

const FILE = '/etc/systemd/journald.conf.d/99-runbooks.conf'

/** The journal's effective settings: the last file to name a key wins, as systemd reads them. */
export function settings(host: Host, wanted: Readonly<Record<string, string>>): State<Record<string, string>> {
  return {
    read: async () => {
      const text = await host.read('systemd-analyze cat-config systemd/journald.conf')
      const values = new Map([...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]))
      return Object.fromEntries(Object.keys(wanted).map(key => [key, values.get(key) ?? 'unset']))
    },
    want: { ...wanted },
    act: async () => {
      await host.put(FILE, `[Journal]\n${Object.entries(wanted).map(([key, value]) => `${key}=${value}\n`).join('')}`)
      await host.write('systemctl restart systemd-journald && journalctl --flush')
    },
  }
}
