import { badInput, Failure } from '../engine/failure.mts'
import { quoteAll } from './quote.mts'
import type { Config } from '../engine/config.mts'

/** What is needed to speak to the Git server. */
export type Asked = { readonly url: string, readonly branch: string, readonly hostKey: string, readonly key: string, readonly alias: string }

/** The settings of the repository; throws bad input that names all that are missing, at once. */
export function askedFor({ GITOPS_URL: url, GITOPS_HOST_KEY: hostKey, GITOPS_BRANCH: branch, GITOPS_KEY, SSH_KEY }: Config): Asked {
  const missing = Object.entries({ GITOPS_URL: url, GITOPS_HOST_KEY: hostKey }).filter(([, value]) => value === undefined).map(([name]) => name)
  if (url !== undefined && hostKey !== undefined) return { url, branch, hostKey, key: GITOPS_KEY ?? SSH_KEY, alias: hostName(url) }
  throw badInput(`${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing: Argo CD needs a repository to read`, {
    next: `set ${missing.join(' and ')} in .env; docs/04-argocd.md#before tells how`,
  })
}

/** The Git server as known_hosts names it: with its port, where that is not SSH's own. */
export function hostName(url: string): string {
  const { hostname, port } = new URL(url)
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  return port === '' || port === '22' ? host : `[${host}]:${port}`
}

/** The environment in which Git reaches the server by the host key pinned in that folder, with this key or else the agent's alone, and under nobody's settings. */
export function pinnedGit({ alias }: Asked, folder: string, key: string | undefined): Record<string, string> {
  const identity = key === undefined ? ['-o', 'IdentityFile=none'] : ['-i', key, '-o', 'IdentitiesOnly=yes']
  const options = [
    'BatchMode=yes', 'ConnectTimeout=10', 'ServerAliveInterval=3', 'ServerAliveCountMax=2', 'PasswordAuthentication=no', 'StrictHostKeyChecking=yes', 'UpdateHostKeys=no',
    `HostKeyAlias=${alias}`, `UserKnownHostsFile="${folder}/known_hosts"`, 'GlobalKnownHostsFile=/dev/null',
  ].flatMap(option => ['-o', option])
  return {
    GIT_SSH_COMMAND: quoteAll(['ssh', '-F', 'none', ...identity, ...options]), GIT_SSH_VARIANT: 'ssh',
    GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C',
  }
}

type Cause = { readonly says: RegExp, readonly message: (asked: Asked) => string, readonly next: (asked: Asked) => string }

const UNTRUSTED = /REMOTE HOST IDENTIFICATION HAS CHANGED|Host key verification failed|No .* host key is known/
const UNKNOWN = /Could not resolve hostname/
const SILENT = /Connection timed out|Connection refused|No route to host|Network is unreachable|Operation timed out|Connection closed by|Connection reset|kex_exchange_identification/
// Nobody was met there: what a server would say to a key is not known then.
const UNHEARD = [UNTRUSTED, UNKNOWN, SILENT, /Timeout, server/]

/** Whether the server itself refused, rather than that nobody was met who could. */
export function isAnswer({ facts: { found, waited } }: Failure): boolean {
  return waited === undefined && found !== undefined && !UNHEARD.some(words => words.test(String(found)))
}

const CAUSES: readonly Cause[] = [
  {
    says: UNTRUSTED,
    message: ({ alias }) => `the host key of ${alias} is not the pinned one: nothing was sent`,
    next: ({ alias }) => `compare with what its makers publish; only then GITOPS_HOST_KEY in .env (ssh-keyscan ${alias.replace(/^\[(.*)\]:(\d+)$/, '-p $2 $1')})`,
  },
  {
    says: /Permission denied \(|Too many authentication failures/,
    message: ({ alias }) => `${alias} does not let this key in`,
    next: ({ key }) => `give ${key}.pub the right to push to the repository, or set GITOPS_KEY in .env`,
  },
  { says: UNKNOWN, message: ({ alias }) => `the name ${alias} is not known`, next: () => 'correct GITOPS_URL in .env' },
  {
    says: SILENT,
    message: ({ alias }) => `${alias} does not answer`, next: ({ url }) => `is the Git server up, and GITOPS_URL right? git ls-remote ${url}`,
  },
  { says: /Remote branch .* not found/, message: ({ branch }) => `the repository has no branch ${branch}`, next: () => 'push it, or set GITOPS_BRANCH in .env' },
  {
    says: /does not appear to be a git repository|[Rr]epository .*not (exist|found)/, message: ({ url }) => `there is no repository at ${url}`, next: () => 'correct GITOPS_URL in .env, or push the platform there: docs/04-argocd.md#before',
  },
  { says: /stale info|\[rejected\]|fetch first/, message: () => 'somebody moved the branch meanwhile, so it was left alone', next: () => 'run the same command again' },
]

/** Why Git did not do it, from its own words and those of ssh. */
export function refused(asked: Asked, words: readonly string[], said: string, waited?: string): Failure {
  const cause = CAUSES.find(({ says }) => says.test(said))
  const lines = said.split('\n').map(line => line.trim()).filter(line => line !== '' && !/^Please make sure you have|^and the repository exists/.test(line))
  const line = lines.find(each => cause?.says.test(each)) ?? lines.at(-1)
  const shown = /SHA256:[A-Za-z0-9+/]+/.exec(said)?.[0]
  // The server's own key says more than ssh's exclamation marks.
  const found = shown !== undefined && UNTRUSTED.test(said) ? `Host key verification failed: ${shown}` : line
  return new Failure(cause?.message(asked) ?? 'git could not do it', {
    ...(found && { found }), command: `git ${words.join(' ')}`, ...(waited && { waited }), ...(cause && { next: cause.next(asked) }),
  })
}
