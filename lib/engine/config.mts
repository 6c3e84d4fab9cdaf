import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { isIPv6 } from 'node:net'
import { resolve } from 'node:path'
import dotenv from 'dotenv'
import { z } from 'zod'
import { closest } from './closest.mts'
import { milliseconds } from './deadline.mts'
import { badInput } from './failure.mts'
import { isBranch } from '../host/branch.mts'
import { isNetwork, parsePeers, vpnProblems } from '../host/vpn.mts'
import type { Road } from '../host/road.mts'

const number = (fallback: number) => z.coerce.number('is not a number').positive('has to be more than 0').default(fallback)
const yesNo = (fallback: 'yes' | 'no') => z.enum(['yes', 'no'], 'is neither yes nor no').default(fallback).transform(answer => answer === 'yes')
const list = z.string().default('').transform(text => text.split(',').map(item => item.trim()).filter(item => item !== ''))
const duration = (fallback: string) => z.string().default(fallback).refine(isDuration, 'is not a duration such as 90s, 3m or 90d')
const ports = list.pipe(z.array(z.string().regex(/^\d{1,5}$/, 'is not a list of ports such as 22,6443').transform(Number).refine(port => port > 0 && port < 65_536, 'is not a list of ports such as 22,6443')))
const account = z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'is not a user name')

const schema = z.strictObject({
  HOST: z.string('is missing: the address of the server, or local when this is the server').regex(/^[A-Za-z0-9.:-]+$/, 'is not an address'),
  HOST_IPV6: z.string().refine(isIPv6, 'is not an IPv6 address').optional(),
  HOST_KEY: z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'is not a fingerprint: SHA256: and 43 characters').optional(),
  SSH_PORT: number(22).pipe(z.int('is not a port').max(65_535, 'is not a port')),
  SSH_KEY: z.string().default('~/.ssh/id_ed25519'),
  ADMIN_USER: account.default('ops').refine(name => name !== 'root', 'cannot be root: root is closed by 01-baseline'),
  ADMIN_KEYS: z.string().optional(),
  FIRST_USER: account.optional(),
  EXTRA_ACCOUNTS: list,
  EXTRA_LISTENERS: list.pipe(z.array(z.string().regex(/^(tcp|udp)\/\d+$/, 'is not a list such as tcp/9100,udp/123'))),
  MIN_CPUS: number(2),
  MIN_MEMORY_GB: number(4),
  MIN_DISK_GB: number(40),
  VPN_NETWORK: z.string().default('10.8.0.0/24').refine(isNetwork, 'is not a network such as 10.8.0.0/24'),
  VPN_PEERS: z.string().default('').transform(parsePeers),
  VPN_PORTS: ports,
  VPN_ENDPOINT: z.string().regex(/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?$/, 'is not an address such as vpn.example.org or vpn.example.org:51820').optional(),
  VPN_MTU: number(1420).pipe(z.int('is not 1280 to 1500').min(1280, 'is not 1280 to 1500').max(1500, 'is not 1280 to 1500')),
  SSH_PUBLIC: yesNo('yes'),
  RECOVERY_RECIPIENT: z.string().regex(/^age1[0-9a-z]{58,}$/, 'is not an age recipient: age1 and at least 58 characters').optional(),
  CGROUP_V1: yesNo('no'),
  KUBECONFIG_FILE: z.string().optional(),
  ARTIFACTS: z.string().optional(),
  SNAPSHOT: z.string().optional(),
  GITOPS_URL: z.string().regex(/^ssh:\/\/[A-Za-z0-9._-]+@([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(:\d{1,5})?\/[^\s?#]+$/, 'is not an address such as ssh://git@git.example.org/platform.git').optional(),
  GITOPS_BRANCH: z.string().default('main').refine(isBranch, 'is not a branch that 04-argocd can read: a plain name, and not drill'),
  GITOPS_HOST_KEY: z.string().regex(/^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]{40,}={0,2}$/, 'is not a host key such as ssh-ed25519 AAAA…').optional(),
  GITOPS_KEY: z.string().optional(),
  WAIT_FOR_APT: duration('5m'),
  REVERT_AFTER: duration('60s'),
  DRILL_MAX_AGE: duration('90d'),
  DISPOSABLE: yesNo('no'),
  WAIVE: list.pipe(z.array(z.string().regex(/^[A-Z]\d+$/, 'is not a list of claims such as B24'))),
})

type Settings = z.output<typeof schema>

/** One platform's settings, as read from its `.env`; paths absolute, lists split, yes and no as booleans. */
export type Config = Settings & {
  /** The admin's public keys, as lines of authorized_keys. */
  readonly keys: readonly string[]
  /** How this run reaches the server: from outside unless it came through the tunnel. */
  readonly road?: Road
}

/** The names of every setting, in the order of `.env.example`. */
export const KEYS = Object.keys(schema.shape)

/** The folder of the platform that is worked on: `PLATFORM_DIR`, else the repository's root. */
export function platformFolder(): string {
  return resolve(process.env.PLATFORM_DIR ?? new URL('../..', import.meta.url).pathname)
}

/** The settings in `<folder>/.env`, with what they point at; throws bad input that lists every problem at once. */
export function loadConfig(folder: string): Config {
  const file = resolve(folder, '.env')
  const { config, problems } = parseConfig(read(file))
  const keys = config && publicKeys(path(folder, config.ADMIN_KEYS ?? `${config.SSH_KEY}.pub`))
  if (config && keys?.length) return { ...config, ...absolute(folder, config), keys }
  const all = [...problems, ...(config ? [`${config.ADMIN_KEYS ? 'ADMIN_KEYS' : 'SSH_KEY'} points at no public key: ssh-keygen -y -f ${config.SSH_KEY} > ${config.SSH_KEY}.pub`] : [])]
  throw badInput(`${all.length} ${all.length === 1 ? 'problem' : 'problems'} in ${file}`, {
    found: all.map(problem => `\n    ${problem}`).join(''),
    next: `edit ${file}; docs/00-prepare.md lists every setting`,
  })
}

/** The settings in a text of the form `KEY=value`, or else its problems, one sentence each. */
export function parseConfig(text: string): { config?: Settings, problems: string[] } {
  const filled = Object.fromEntries(Object.entries(dotenv.parse(text)).filter(([, value]) => value !== ''))
  const { success, data, error } = schema.safeParse(filled)
  const clash = success && data.EXTRA_ACCOUNTS.includes(data.ADMIN_USER)
    ? [`EXTRA_ACCOUNTS names ${data.ADMIN_USER}, which is ADMIN_USER already: remove it there`] : []
  const problems = [...new Set([...clash, ...(error?.issues ?? []).flatMap(problem), ...vpnProblems(filled)])]
  if (success && problems.length === 0) return { config: settled(data), problems }
  return { problems }
}

/** What every setting is when nothing is written: for listing claims, never for a run. */
export function exampleConfig(): Config {
  const config = settled(schema.parse({ HOST: 'local' }))
  return { ...config, SSH_KEY: path('', config.SSH_KEY), keys: [] }
}

/** Through the tunnel at least SSH is reached. */
function settled(data: Settings): Settings {
  return { ...data, VPN_PORTS: data.VPN_PORTS.length > 0 ? [...new Set(data.VPN_PORTS)] : [data.SSH_PORT] }
}

function problem(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => `${key} is not a setting${closest(key, KEYS).map(name => `: did you mean ${name}?`).join('')}`)
  }
  return [`${String(issue.path[0])} ${issue.message}`]
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw badInput(`there is no ${file}`, { next: 'npx tsx runbooks/00-prepare.mts' })
  }
}

function publicKeys(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').map(line => line.trim()).filter(line => line !== '' && !line.startsWith('#'))
  } catch {
    return []
  }
}

function path(folder: string, text: string): string {
  return resolve(folder, text.replace(/^~(?=\/)/, homedir()))
}

/** The settings that name files, seen from the platform's folder. */
function absolute(folder: string, settings: Settings): Partial<Settings> & Pick<Settings, 'SSH_KEY'> {
  const others = (['KUBECONFIG_FILE', 'ARTIFACTS', 'GITOPS_KEY'] as const).filter(name => settings[name])
  return { ...Object.fromEntries(others.map(name => [name, path(folder, settings[name] ?? '')])), SSH_KEY: path(folder, settings.SSH_KEY) }
}

function isDuration(text: string): boolean {
  try {
    return milliseconds(text) > 0
  } catch {
    return false
  }
}
