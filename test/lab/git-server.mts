import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { until } from '../../lib/engine/deadline.mts'
import { Failure } from '../../lib/engine/failure.mts'
import { execute, removeContainers, runGit } from './commands.mts'
import type { Answer, Containers } from './containers.mts'
import type { Labels } from './host.mts'
import { image } from './image.mts'
import { greets } from './ready.mts'
import { GIT } from './recipe.mts'
import type { Site } from './site.mts'
import { sshKey } from './ssh-key.mts'
import { volumesOf } from './volumes.mts'

/** The Git host of a platform, as a hoster would run it: one account, a key for the operator, and one that only reads. */
export type GitServer = {
  readonly ipv4: string
  readonly ipv6: string
  /** Where a repository is: `platform` is the platform's own, `prometheus-operator` a copy of another's. */
  url(repository: 'platform' | 'prometheus-operator'): string
  /** `ssh-ed25519 AAAA…`; the same for as long as the platform's folder is there. */
  hostKey(): Promise<string>
  /** Makes this public key the one that may read, as its owner would on the hoster's pages; the one before is forgotten. */
  letRead(publicKey: string): Promise<void>
  /** Runs constant shell text as the server's root; values are its `$1`, `$2` … */
  exec(script: string, ...values: string[]): Promise<Answer>
}

// $1 is the operator's public key, $2 the snapshot to start from, if any; one of before the repositories has none.
const FILL = `set -e
mkdir -p /srv/git
cd /srv/git
if [ -n "$2" ] && [ -f "/kept/$2/git.tar" ]; then exec tar -xpf "/kept/$2/git.tar"; fi
mkdir -m 700 .ssh
printf 'restrict,command="git-only rw" %s\\n' "$1" > .ssh/authorized_keys
for name in platform prometheus-operator; do git init --quiet --bare --initial-branch=main "$name.git"; done
chown -R git:git .`

const KEEP = 'set -e; mkdir -p "/kept/$1"; tar -C /srv/git -cf "/kept/$1/git.tar" .'

const LET_READ = `set -e
keys=/srv/git/.ssh/authorized_keys
line="restrict,command=\\"git-only ro\\" $1"
{ grep -v 'git-only ro' "$keys" || true; printf '%s\\n' "$line"; } > "$keys.new"
if cmp --silent "$keys" "$keys.new"; then rm "$keys.new"; exit; fi
chown git:git "$keys.new"
mv "$keys.new" "$keys"`

/** A new server in the place of the one before, with empty repositories or those that a snapshot kept; its host key stays. */
export async function startGit(containers: Containers, site: Site, labels: Labels, from = ''): Promise<void> {
  const operator = await sshKey(site.platformDir)
  const [hostKey, kept] = [placeOf(site), volumesOf(site)]
  await sshKey(hostKey, 'git@lab')
  await mkdir(kept, { recursive: true, mode: 0o700 })
  await containers.attempt(removeContainers(containers.engine, [site.git.container]))
  await containers.run(runGit(containers.engine, site, { image: await image(containers, GIT), hostKey, kept }, labels))
  await containers.run(execute(site.git.container, FILL, [operator.public, from]))
  const last = await until('20s', async () => {
    const greeted = await greets(site.git.ipv4) && await greets(site.git.ipv6)
    return { done: greeted, last: greeted }
  }, { every: 100 })
  if (!last) throw new Failure('the lab\'s Git server did not come up', { expected: 'sshd greets', waited: '20 s', next: `${containers.engine} logs ${site.git.container}` })
}

/** Keeps the repositories, and the keys that open them, under the name of a snapshot. */
export async function keepGit(containers: Containers, site: Site, name: string): Promise<void> {
  await containers.run(execute(site.git.container, KEEP, [name]))
}

/** The Git server of a running lab. */
export function gitServer(containers: Containers, site: Site): GitServer {
  const { container, ipv4, ipv6 } = site.git
  return {
    ipv4,
    ipv6,
    url: repository => `ssh://git@${ipv4}/${repository}.git`,
    hostKey: async () => (await readFile(join(placeOf(site), 'id_ed25519.pub'), 'utf8')).split(' ').slice(0, 2).join(' '),
    letRead: async publicKey => void await containers.run(execute(container, LET_READ, [publicKey])),
    exec: (script, ...values) => containers.attempt(execute(container, script, values)),
  }
}

function placeOf({ platformDir }: Site): string {
  return join(platformDir, 'git-server')
}
