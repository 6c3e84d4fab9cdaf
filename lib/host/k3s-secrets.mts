import { anything, type Want } from '../engine/want.mts'
import { lines } from './lines.mts'
import type { Fact } from '../engine/claim.mts'
import type { Host } from './host.mts'

export type AtRest = {
  /** What K3s says of itself. */
  readonly status: string
  /** Rows of Secrets in the datastore, older revisions included. */
  readonly rows: number
  /** Keys of those with a value, or a former one, that is not encrypted. */
  readonly clear: string[]
}

const READ = `
/usr/local/bin/k3s secrets-encrypt status 2>/dev/null | sed -n 's/^Encryption Status: *//p' | grep . || echo unknown
sqlite3 -readonly /var/lib/rancher/k3s/server/db/state.db '.timeout 10000' "
  SELECT count(*) FROM kine WHERE name LIKE '/registry/secrets/%';
  SELECT DISTINCT name FROM kine WHERE name LIKE '/registry/secrets/%' AND (
    (length(value) > 0 AND CAST(substr(value, 1, 8) AS TEXT) <> 'k8s:enc:') OR
    (length(old_value) > 0 AND CAST(substr(old_value, 1, 8) AS TEXT) <> 'k8s:enc:'));"
`

/** How Secrets lie in the datastore, read off its rows. */
export function atRest(host: Host): Fact<AtRest> {
  return async () => {
    const [status = '', rows = '', ...clear] = lines(await host.read(READ))
    return { status, rows: Number(rows), clear }
  }
}

/** Encryption is on, and every one is encrypted; where there is none yet, a drill writes one. */
export const encrypted: Want<AtRest> = { status: 'Enabled', rows: anything(), clear: [] }
