import { readFile, rename, stat, writeFile } from 'node:fs/promises'
import { Agent } from 'node:https'
import { checkServerIdentity } from 'node:tls'
import { parse, stringify } from 'yaml'
import { certificate, type Certificate } from '../cluster/certificate.mts'
import { request } from '../cluster/request.mts'
import { asFailure, Failure } from '../engine/failure.mts'
import { anything, atLeast, type Want } from '../engine/want.mts'
import { KUBECONFIG } from './k3s-config.mts'
import { answer } from './matrix.mts'
import { API_PORT } from './policy.mts'
import { inside, meet } from './tunnel.mts'
import { serverAddress } from './vpn.mts'
import type { Config } from '../engine/config.mts'
import type { Fact, State } from '../engine/claim.mts'
import type { Kube } from '../cluster/kube.mts'
import type { Host } from './host.mts'

/** What only root may read: the administrator's credentials, the token, the datastore and the key it is encrypted with. */
export const PRIVATE = {
  [KUBECONFIG]: 'root 600',
  '/var/lib/rancher/k3s/server/token': 'root 600',
  '/var/lib/rancher/k3s/server/db': 'root 700',
  '/var/lib/rancher/k3s/server/cred/encryption-config.json': 'root 600',
}

/** Owner and mode of each of those. */
export function modes(host: Host): Fact<Record<string, string>> {
  return async () => {
    const text = await host.read('for path in "$@"; do printf "%s=%s\\n" "$path" "$(stat -L -c "%U %a" "$path" 2>/dev/null || echo absent)"; done', Object.keys(PRIVATE))
    return Object.fromEntries(text.split('\n').map(line => line.split('=')).map(([path = '', mode = '']) => [path, mode]))
  }
}

export type InTunnel = Certificate & {
  /** What the probe's knock through the tunnel itself gets. */
  readonly knock: 'open' | 'refused' | 'silent'
  /** Whether this machine's own route led there, or a forward of its SSH connection. */
  readonly via: 'route' | 'forward'
}

/** What the API answers at the server's address in the tunnel: to a knock, and in a whole TLS session. */
export function inTunnel(host: Host, config: Config, folder: string, kube: Kube): Fact<InTunnel> {
  return async () => {
    const address = serverAddress(config.VPN_NETWORK)
    const { tcp } = await inside(host, config, folder, { tcp: [API_PORT] })
    const session = await meet(host, config, API_PORT)
    return { knock: answer(tcp, API_PORT), ...await certificate(async () => session, kube.authority, address)(), via: session.via }
  }
}

/** Open, and valid for that address. */
export function valid(config: Config): Want<InTunnel> {
  return { knock: 'open', validFor: serverAddress(config.VPN_NETWORK), notAfter: anything(), days: atLeast(1), issuer: anything(), via: anything() }
}

export type OperatorCopy = { readonly file: string, readonly mode: string, readonly server: string, readonly answers: string }

/** The operator's own kubeconfig, for himself alone, pointing into the tunnel; nothing to do where none is asked for. */
export function operatorCopy(host: Host, config: Config): State<OperatorCopy | 'not asked for'> {
  const file = config.KUBECONFIG_FILE
  if (file === undefined) return { read: async () => 'not asked for', want: 'not asked for', act: async () => {} }
  const server = `https://${serverAddress(config.VPN_NETWORK)}:${API_PORT}`
  return {
    async read() {
      const text = await readFile(file, 'utf8').catch(() => '')
      if (text === '') return { file, mode: 'absent', server: 'absent', answers: 'nobody' }
      const { server: found, ...keys } = credentials(text)
      return { file, mode: ((await stat(file)).mode & 0o777).toString(8), server: found, answers: await version(host, config, keys) }
    },
    want: { file, mode: '600', server, answers: { wants: 'a version', matches: found => /^v\d/.test(found) } },
    async act() {
      const given = parse(await host.read('cat "$1"', [KUBECONFIG])) as Kubeconfig
      for (const { cluster } of given.clusters) cluster.server = server
      await writeFile(`${file}.new`, stringify(given), { mode: 0o600 })
      await rename(`${file}.new`, file)
    },
  }
}

type Kubeconfig = {
  readonly clusters: readonly { readonly cluster: { server: string, readonly 'certificate-authority-data': string } }[]
  readonly users: readonly { readonly user: { readonly 'client-certificate-data': string, readonly 'client-key-data': string } }[]
}

type Credentials = { readonly server: string, readonly ca: string, readonly cert: string, readonly key: string }

function credentials(text: string): Credentials {
  const { clusters: [first], users: [admin] } = parse(text) as Kubeconfig
  const pem = (base64 = '') => Buffer.from(base64, 'base64').toString('utf8')
  return {
    server: first?.cluster.server ?? '', ca: pem(first?.cluster['certificate-authority-data']),
    cert: pem(admin?.user['client-certificate-data']), key: pem(admin?.user['client-key-data']),
  }
}

/** What the API says its version is to whoever comes with these credentials to its address in the tunnel, or why it says nothing. */
async function version(host: Host, config: Config, keys: Pick<Credentials, 'ca' | 'cert' | 'key'>): Promise<string> {
  const address = serverAddress(config.VPN_NETWORK)
  const session = await meet(host, config, API_PORT)
  const agent = new Agent({ ...keys, checkServerIdentity: (_name, certificate) => checkServerIdentity(address, certificate) })
  const said = await request({ host: session.host, port: session.port, agent }, { method: 'GET', path: '/version', within: '10s' }).catch(asFailure)
  if (said instanceof Failure) return String(said.facts.found ?? said.message)
  return /"gitVersion": *"([^"]+)"/.exec(said.text)?.[1] ?? `status ${said.code}`
}
