import { until } from '../engine/deadline.mts'
import { asFailure } from '../engine/failure.mts'
import { lines } from './lines.mts'
import type { Drill, Fact } from '../engine/claim.mts'
import type { Host } from './host.mts'

/** What waits for a reboot: packages that asked for one, and a newer kernel than the one that runs. */
export function pending(host: Host): Fact<string[]> {
  return async () => {
    const text = await host.read(`
      [ ! -e /run/reboot-required ] || cat /run/reboot-required.pkgs 2>/dev/null || echo reboot-required
      newest=$(ls /boot/vmlinuz-* 2>/dev/null | sed 's|/boot/vmlinuz-||' | sort -V | tail -n 1)
      [ -z "$newest" ] || [ "$newest" = "$(uname -r)" ] || echo "kernel $newest"
    `)
    return [...new Set(lines(text))].sort()
  }
}

export type Rebooted = { readonly newBoot: boolean, readonly red: string[] }

/** The host is rebooted, and every claim above this one is read again under the new boot. */
export function replay(host: Host): Drill<string, Rebooted> {
  return {
    effect: 'node',
    before: () => host.boot(),
    disturb: () => goDown(host),
    async after(before, replayed) {
      await host.comeBack('5m')
      return { newBoot: await host.boot() !== before, red: await replayed() }
    },
    want: () => ({ newBoot: true, red: [] }),
  }
}

/** The same; and how many seconds after it went down this reading could be made under the new boot. */
export function replayAfter(host: Host, reading: Fact<unknown>): Drill<string, Rebooted & { readonly answeredAfter: number | 'never' }> {
  return {
    ...replay(host),
    async after(before, replayed) {
      const start = performance.now()
      await host.comeBack('5m')
      const answered = await until('5m', async () => {
        const done = await reading().then(() => true, () => false)
        return { done, last: done && Math.round((performance.now() - start) / 100) / 10 }
      })
      return { answeredAfter: answered || 'never', newBoot: await host.boot() !== before, red: await replayed() }
    },
    want: () => ({ answeredAfter: { wants: 'a number of seconds', matches: found => found !== 'never' }, newBoot: true, red: [] }),
  }
}

/** Losing the connection is the proof that it went down; without that, coming back would prove nothing. */
async function goDown(host: Host): Promise<void> {
  try {
    await host.write('systemctl reboot; sleep 90', [], { within: '2m' })
  } catch (thrown) {
    if (asFailure(thrown).kind !== 'lost') throw thrown
  }
}
