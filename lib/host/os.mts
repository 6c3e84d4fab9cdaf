import type { Fact } from '../engine/claim.mts'
import type { Host } from './host.mts'

/** The distribution and its version, such as `debian 12` (os-release). */
export function release(host: Host): Fact<string> {
  return () => host.read('. /etc/os-release; printf "%s %s" "$ID" "$VERSION_ID"')
}
