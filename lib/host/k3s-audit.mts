import { atMost, type Want } from '../engine/want.mts'
import { AUDIT_MB } from './k3s-config.mts'
import type { Fact } from '../engine/claim.mts'
import type { Host } from './host.mts'

export type AuditLog = {
  /** Seconds since its last entry. */
  readonly secondsAgo: number
  /** Megabytes of the log and all that was rotated. */
  readonly megabytes: number
  /** Owner and mode of its folder. */
  readonly folder: string
}

const READ = `
cd /var/lib/rancher/k3s/server/logs 2>/dev/null || { echo '999999|0|absent'; exit 0; }
stamp=$(tail -n 1 audit.log 2>/dev/null | sed -n 's/.*"requestReceivedTimestamp":"\\([^"]*\\)".*/\\1/p')
printf '%s|%s|%s\\n' "$(( $(date +%s) - $(date -d "\${stamp:-1970-01-01}" +%s) ))" "$(du -cm audit*.log 2>/dev/null | tail -n 1 | cut -f 1)" "$(stat -c '%U %a' .)"
`

/** The API's audit log: whether it is being written, and how much of it there is. */
export function auditLog(host: Host): Fact<AuditLog> {
  return async () => {
    host.forget()
    const [ago, megabytes, folder = ''] = (await host.read(READ)).split('|')
    return { secondsAgo: Math.max(0, Number(ago)), megabytes: Number(megabytes), folder }
  }
}

/** Written within the last minutes, six files at most, for root alone. */
export const keptAndBounded: Want<AuditLog> = { secondsAgo: atMost(300), megabytes: atMost(AUDIT_MB * 6 + 10), folder: 'root 700' }
