import { hostname, userInfo } from 'node:os'
import { Failure } from '../engine/failure.mts'
import type { ProcessPromise } from 'zx'
import type { Mode } from '../engine/judge.mts'

/**
 * What holds the run's lock on the host: a kernel lock on a directory that is always there, exclusive for a run that
 * writes and shared for one that only reads. It ends with its connection; where the link just goes silent, 9 s later.
 * Says `ready`, or `held` with the holder's line, on stdout.
 */
const KEEPER = `
exec 9< /run/lock
if ! flock -n "$1" 9; then
  printf 'held %s\\n' "$(cat /run/runbooks.holder 2>/dev/null)"
  exit 0
fi
if [ "$1" = -x ]; then
  printf '%s %s\\n' "$2" "$(date +%s)" > /run/runbooks.holder
  trap 'rm -f /run/runbooks.holder' EXIT
fi
printf 'ready\\n'
while read -r -t 9 beat; do :; done
`

// Often enough that three may be lost before the host gives the lock away.
const HEARTBEAT_MS = 2000

/** The keeper's words for a shell: exclusive for a run that writes, shared for one that only reads. */
export function keeperCommand(stem: string, mode: Mode): string[] {
  return ['bash', '-c', KEEPER, 'bash', mode === 'apply' ? '-x' : '-s', `${stem} ${userInfo().username}@${hostname()}`]
}

/** Waits for the keeper's word; gives back how to release it, nothing when it ended unheard. Throws `locked`. */
export async function keep(keeper: ProcessPromise, name: string): Promise<(() => Promise<void>) | undefined> {
  // A link that is cut breaks this pipe too; whoever asks next is told.
  keeper.stdin.on('error', () => {})
  const spoken = new Promise<string>(resolve => keeper.stdout.once('data', data => resolve(String(data))))
  const first = await Promise.race([spoken, silence(keeper)])
  if (first.startsWith('ready')) {
    const beat = setInterval(() => keeper.stdin.write('\n'), HEARTBEAT_MS).unref()
    return async () => {
      clearInterval(beat)
      keeper.stdin.end()
      await keeper
    }
  }
  keeper.stdin.end()
  if (!first.startsWith('held ')) return undefined
  throw new Failure(`${name} is locked by another run`, {
    found: holder(first.slice(5), Date.now()), next: 'wait for it to end; a lock never outlives its run',
  }, 'locked')
}

async function silence(keeper: ProcessPromise): Promise<string> {
  await keeper
  return ''
}

/** A holder's line `stem who seconds-since-1970` in words. */
export function holder(line: string, now: number): string {
  const [, who, since] = /^(.*) (\d+)$/.exec(line.trim()) ?? []
  if (who === undefined) return 'a run that only reads'
  return `${who}, for ${Math.max(0, Math.round(now / 1000 - Number(since)))} s`
}
