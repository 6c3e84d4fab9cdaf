import { lines } from './lines.mts'
import type { State } from '../engine/claim.mts'
import type { Host } from './host.mts'

/** Those of the units that run or would start; stopped and masked, so that no package brings them back. */
export function off(host: Host, units: readonly string[]): State<string[]> {
  return {
    read: async () => {
      const text = await host.read(`
        for unit in "$@"; do
          case "$(systemctl is-active "$unit") $(systemctl is-enabled "$unit" 2>/dev/null)" in
            active*|*\\ enabled) echo "$unit" ;;
          esac
        done
      `, units)
      return lines(text)
    },
    want: [],
    act: async found => void await host.write('systemctl disable --now --quiet "$@" 2>/dev/null; systemctl mask --now --quiet "$@"', found ?? units),
  }
}
