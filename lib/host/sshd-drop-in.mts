import type { Revert } from '../engine/claim.mts'
import type { Host } from './host.mts'

/** Settings by name; one with several values is written once for each. */
export type Settings = Readonly<Record<string, string | readonly string[]>>

export type DropIn = {
  /** Replaces the file when sshd accepts it, and has a running sshd take it up; who is logged in stays. */
  put(settings: Settings): Promise<void>
  readonly revert: Revert
}

/** One file of ours among sshd's, under this name. */
export function dropIn(host: Host, name: string): DropIn {
  const file = `/etc/ssh/sshd_config.d/${name}`
  return {
    async put(settings) {
      const lines = Object.entries(settings).flatMap(([setting, values]) => [values].flat().map(value => `${setting} ${value}\n`))
      await host.put(file, lines.join(''), { mode: '0600', check: 'sshd -t -f "$1"' })
      await host.write('sshd -t && if systemctl is-active --quiet ssh.service; then systemctl reload ssh.service; fi')
    },
    revert: { paths: [file], reload: 'sshd -t && systemctl reload-or-restart ssh.service' },
  }
}
