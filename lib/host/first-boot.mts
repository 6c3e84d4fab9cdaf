import type { Fact } from '../engine/claim.mts'
import type { Host } from './host.mts'

/** What cloud-init says of itself: `running`, `done`, `error`, `disabled`, or `absent` where there is none. */
export function cloudInit(host: Host): Fact<string> {
  return async () => {
    host.forget()
    const said = await host.read('command -v cloud-init > /dev/null || { echo status: absent; exit 0; }; cloud-init status || true')
    return /^status: (.*)$/m.exec(said)?.[1] ?? said
  }
}
