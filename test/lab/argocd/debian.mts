import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { contentKey, kept } from '../k3s/kept.mts'
import { run } from '../k3s/parts.mts'
import { mirrors } from '../mirrors.mts'

// What Argo CD's image has of Ubuntu, and Redis.
const DEBIAN = {
  suite: 'bookworm',
  packages: ['git', 'git-lfs', 'tini', 'ca-certificates', 'gpg', 'gpg-agent', 'tzdata', 'connect-proxy', 'openssh-client', 'redis-server'],
}

// Nothing of this machine, of the mirror, or of the moment; and no pages that nobody reads in there.
const EMPTY = ['dev', 'proc', 'sys', 'run', 'var/cache', 'var/log']
const NOT_TAKEN = [
  'boot', 'var/lib/apt', 'var/lib/dpkg', 'usr/share/doc', 'usr/share/man', 'usr/share/locale', 'usr/share/info',
  'etc/apt', 'etc/hostname', 'etc/resolv.conf', 'etc/machine-id', 'etc/passwd-', 'etc/group-', 'etc/shadow-', 'etc/gshadow-',
]

/** The folder `tree` of Debian's packages, installed. */
export async function debian(): Promise<string> {
  return kept('argocd-debian', await contentKey([], DEBIAN, EMPTY, NOT_TAKEN), async out => {
    const from = await mirrors()
    const tree = join(out, 'tree')
    await mkdir(tree, { mode: 0o755 })
    const words = ['--mode=root', '--variant=essential', `--include=${DEBIAN.packages.join(',')}`, DEBIAN.suite, tree, from?.archive ?? '']
    await run(['mmdebstrap', ...words], { SOURCE_DATE_EPOCH: '0' })
    await Promise.all([...EMPTY, ...NOT_TAKEN].map(path => rm(join(tree, path), { recursive: true, force: true })))
    await Promise.all(EMPTY.map(path => mkdir(join(tree, path), { mode: 0o755 })))
  })
}
