import { existsSync } from 'node:fs'
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { badInput } from '../../lib/engine/failure.mts'
import { hostName } from '../../lib/host/ssh-git-options.mts'
import { publicKeyOf } from '../../lib/secrets/deploy-key.mts'
import { readSecrets } from '../../lib/secrets/file.mts'
import { findKeyring } from '../../lib/secrets/keyring.mts'
import { writeDotenv } from './dotenv.mts'
import { crds, CRDS, crdsAnswer } from './git-crds.mts'
import { AUTHOR, git, remoteGit, type Remote } from './git.mts'
import type { Lab } from './lab.mts'
import { environment } from './secrets.mts'
import { ROOT } from './site.mts'
import { sshKey } from './ssh-key.mts'

/** What the repository's own gitops/ names as its own address. */
export const OWN = 'ssh://git@git.example.org/platform.git'

const BRANCH = 'main'
const SUBJECTS = { copied: 'gitops: as the repository has it', replaced: 'lab: what cannot be reached from here is read from the lab\'s own Git server' }

/**
 * Hands a platform over to Git, as an operator would: gitops/ in its folder, committed with secrets/ and pushed to the
 * lab's Git server; the deploy key let in there; the settings of 04-argocd in `.env`; and `origin`, as whoever pushes has
 * it. `from` is the folder of gitops/; what the platform's own had besides is in its history from then on, and nowhere else.
 */
export async function deliver({ platformDir, git: server }: Pick<Lab, 'platformDir' | 'git'>, from = join(ROOT, 'gitops')): Promise<void> {
  const [hostKey, key] = [await server.hostKey(), (await sshKey(platformDir)).path]
  const tag = await crdsTag(from)
  const elsewhere = tag !== undefined && !await crdsAnswer(tag)
  await commit(platformDir, from, { [OWN]: server.url('platform'), ...(elsewhere && { [CRDS.url]: server.url('prometheus-operator') }) })
  await push(platformDir, server.url('platform'), [BRANCH])
  if (elsewhere) await push(await crds(tag), server.url('prometheus-operator'), [BRANCH, tag])
  await server.letRead(await deployKey(platformDir))
  await writeDotenv(platformDir, { GITOPS_URL: server.url('platform'), GITOPS_BRANCH: BRANCH, GITOPS_HOST_KEY: `"${hostKey}"`, GITOPS_KEY: key })
  await origin(platformDir, { url: server.url('platform'), hostKey, key })

  async function push(folder: string, url: string, references: readonly string[]): Promise<void> {
    await remoteGit(folder, ['push', '--quiet', url, ...references], { url, hostKey, key })
  }
}

/** What a person has who has cloned the repository: its address, the key for it, the server's own, and a name. */
async function origin(platformDir: string, { url, hostKey, key }: Remote): Promise<void> {
  const known = join(platformDir, 'git-known-hosts')
  await writeFile(known, `${hostName(url)} ${hostKey}\n`)
  const settings = {
    'user.name': AUTHOR.name, 'user.email': AUTHOR.email, 'remote.origin.url': url, 'remote.origin.fetch': '+refs/heads/*:refs/remotes/origin/*',
    'core.sshCommand': `ssh -F none -i ${key} -o IdentitiesOnly=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=${known}`,
  }
  for (const [name, value] of Object.entries(settings)) await git(platformDir, ['config', name, value])
}

/** The tag at which an Application reads the definitions, if there is one. */
async function crdsTag(from: string): Promise<string | undefined> {
  const apps = join(from, 'apps')
  const files = (await readdir(apps).catch(() => [])).filter(file => file.endsWith('.yaml'))
  const sources = await Promise.all(files.map(async file => (parse(await readFile(join(apps, file), 'utf8')) as Application | null)?.spec?.source))
  return sources.find(source => source?.repoURL === CRDS.url)?.targetRevision
}

type Application = { readonly spec?: { readonly source?: { readonly repoURL?: string, readonly targetRevision?: string } } }

/** Commits the folder's files as they are, and then what the lab changes in them; nothing when all of it is there already. */
async function commit(platformDir: string, from: string, replacements: Readonly<Record<string, string>>): Promise<void> {
  const saved = async (subject: string): Promise<void> => {
    await git(platformDir, ['add', '--all'])
    if (await git(platformDir, ['status', '--porcelain']) !== '') await git(platformDir, ['commit', '--quiet', '--message', subject])
  }
  const born = await git(platformDir, ['rev-parse', '--quiet', '--verify', 'HEAD']).then(() => true, () => false)
  if (!born) await git(platformDir, ['symbolic-ref', 'HEAD', `refs/heads/${BRANCH}`])
  await copy(platformDir, from, replacements)
  if (born && await git(platformDir, ['status', '--porcelain']) === '') return
  await copy(platformDir, from, {})
  await saved(SUBJECTS.copied)
  await copy(platformDir, from, replacements)
  await saved(SUBJECTS.replaced)
}

/** Makes the platform's gitops/ a copy, with these texts replaced. */
async function copy(platformDir: string, from: string, replacements: Readonly<Record<string, string>>): Promise<void> {
  if (!existsSync(from)) throw badInput(`there is no ${from}: nothing can be handed over to Argo CD`)
  const to = join(platformDir, 'gitops')
  await rm(to, { recursive: true, force: true })
  await cp(from, to, { recursive: true })
  for (const entry of await readdir(to, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const text = await readFile(path, 'utf8')
    const after = Object.entries(replacements).reduce((found, [theirs, ours]) => found.replaceAll(theirs, ours), text)
    if (after !== text) await writeFile(path, after)
  }
}

async function deployKey(platformDir: string): Promise<string> {
  const { 'deploy-key': key } = await readSecrets(platformDir, 'argocd', await findKeyring(environment(platformDir)))
  if (key) return publicKeyOf(key)
  throw badInput('secrets/argocd.sops.yaml lacks its deploy-key', { next: 'ssh-keygen -t ed25519, its private half by npm run secrets -- set argocd stringData.deploy-key' })
}
