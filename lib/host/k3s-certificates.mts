import { atLeast, type Want } from '../engine/want.mts'
import { lines } from './lines.mts'
import type { Fact } from '../engine/claim.mts'
import type { Host } from './host.mts'

export type Soonest = { readonly days: number, readonly date: string, readonly file: string }

// Files are what K3s starts with next; what it serves now is asked of the ports themselves. Those inside of images are not K3s'.
const READ = `
date +%s
for file in $(find /var/lib/rancher/k3s/server/tls /var/lib/rancher/k3s/agent -path '*/agent/containerd' -prune -o -name '*.crt' -print 2>/dev/null); do
  printf '%s|%s\\n' "$file" "$(openssl x509 -noout -enddate -in "$file" 2>/dev/null | cut -d = -f 2)"
done
for port in 6443 10250; do
  printf '%s|%s\\n' "127.0.0.1:$port" "$(timeout 5 openssl s_client -connect "127.0.0.1:$port" < /dev/null 2>/dev/null | openssl x509 -noout -enddate 2>/dev/null | cut -d = -f 2)"
done
`

/** The certificate of K3s that ends first, on disk or as it is served, with its date. */
export function soonest(host: Host): Fact<Soonest> {
  return async () => parseSoonest(await host.read(READ))
}

/** Holds while there is time: K3s renews what ends within 120 days at each start. */
export function notBefore(days: number): Want<Soonest> {
  return { days: atLeast(days), date: { wants: 'a later date', matches: () => true }, file: { wants: 'any', matches: () => true } }
}

/** Parses the seconds since 1970 and, below, `file|end date` lines as openssl writes dates; one without a date ends now. */
export function parseSoonest(text: string): Soonest {
  const [now = '', ...rest] = lines(text)
  const all = rest.map(line => {
    const [file = '', end = ''] = line.split('|')
    const at = Date.parse(end)
    if (Number.isNaN(at)) return { days: 0, date: 'unreadable', file }
    return { days: Math.floor((at / 1000 - Number(now)) / 86_400), date: new Date(at).toISOString().slice(0, 10), file }
  })
  return all.sort((one, other) => one.days - other.days)[0] ?? { days: 0, date: 'none', file: 'no certificate' }
}
