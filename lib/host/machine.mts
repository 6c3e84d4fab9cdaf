import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { badInput } from '../engine/failure.mts'
import { guarded, undoLeftover } from './guard.mts'
import { lines } from './lines.mts'
import { sha256 } from './sha256.mts'
import type { Config } from '../engine/config.mts'
import type { Mode } from '../engine/judge.mts'
import type { CommandOptions, Host } from './host.mts'
import type { Shell } from './shell.mts'

/** Where the host keeps what belongs to the runs themselves: notes, heads of evidence, armed reverts. */
export const STATE_FOLDER = '/var/lib/runbooks'

const BOOT = `printf '%s-%s' "$(cat /proc/sys/kernel/random/boot_id)" "$(cut -d ' ' -f 22 /proc/1/stat)"`

const PUT = `
set -eu
new=$(mktemp "$(dirname "$1")/.$(basename "$1").XXXXXX")
trap 'rm -f "$new"' EXIT
cat > "$new"
chmod "$2" "$new"
sh -c "$3" sh "$new" "$4"
sync "$new"
mv -f "$new" "$1"
sync "$(dirname "$1")"
`

const SAME = '[ "$(sha256sum < "$1")" = "$2  -" ] || { echo "what arrived has another sha256" >&2; exit 1; }'

// Time for the slowest line that is worth waiting for, on top of what any upload may take.
const LEAST_BYTES_PER_SECOND = 100_000

/** The host of a run: readings kept until the next write, and no write at all in `--plan` and `--verify`. */
export function machine(shell: Shell, mode: Mode, stem: string, config: Config): Host {
  const readings = new Map<string, Promise<string>>()
  let boot: Promise<string> | undefined

  function changes(what: string): void {
    if (mode !== 'apply') throw badInput(`--${mode} writes nothing, and a write was asked for`, { command: what })
    readings.clear()
  }

  async function write(script: string, args: readonly string[] = [], options: CommandOptions = {}): Promise<string> {
    changes(script.trim())
    return shell.run(script, args, options)
  }

  const host: Host = {
    name: shell.name,
    read(script, args = [], options = {}) {
      if (options.input !== undefined) return shell.run(script, args, options)
      const key = JSON.stringify([script, args, options])
      const reading = readings.get(key) ?? shell.run(script, args, options)
      readings.set(key, reading)
      return reading
    },
    write,
    async put(path, content, { mode: permissions = '0644', check = 'true' } = {}) {
      await write(`mkdir -p "$(dirname "$1")"; ${PUT}`, [path, permissions, check, ''], { input: content })
    },
    async upload(file, path, { mode: permissions = '0644' } = {}) {
      changes(`upload ${file} to ${path}`)
      const within = `${600 + Math.ceil((await stat(file)).size / LEAST_BYTES_PER_SECOND)}s`
      await write(`mkdir -p "$(dirname "$1")"; ${PUT}`, [path, permissions, SAME, await sha256(file)], { input: createReadStream(file), within })
    },
    changes,
    forward: port => shell.forward('127.0.0.1', port),
    forget: () => readings.clear(),
    // In a container the boot id is the machine's; the start of PID 1 changes with every boot everywhere.
    boot: () => boot ??= shell.run(BOOT, [], {}),
    settle: () => undoLeftover(host),
    guard: (revert, act) => guarded(host, shell, revert, config.REVERT_AFTER, act),
    async comeBack(within) {
      readings.clear()
      boot = undefined
      return shell.comeBack(within)
    },
    outside: shell.outside,
    notes: {
      async list() {
        const text = await shell.run(`for note in "$1"/notes/"$2".*; do [ -f "$note" ] && printf '%s\\t%s\\n' "\${note##*.}" "$(cat "$note")"; done; true`, [STATE_FOLDER, stem], {})
        return Object.fromEntries(lines(text).map(line => {
          const [id = '', before = 'null'] = line.split('\t')
          return [id, JSON.parse(before)]
        }))
      },
      leave: (id, before) => host.put(`${STATE_FOLDER}/notes/${stem}.${id}`, JSON.stringify(before ?? null)),
      async remove(id) {
        await write('rm -f "$1/notes/$2"', [STATE_FOLDER, `${stem}.${id}`])
      },
    },
  }
  return host
}
