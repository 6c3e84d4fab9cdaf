import { Exec, KubeConfig } from '@kubernetes/client-node'
import { Failure } from '../engine/failure.mts'
import { KUBECONFIG } from '../host/k3s-config.mts'
import { API_PORT } from '../host/policy.mts'
import { execute, type ExecOptions, type Place } from './exec.mts'
import { objects, type Objects } from './objects.mts'
import { refusal, request, type Answer, type Asked, type Connection } from './request.mts'
import type { Host } from '../host/host.mts'

const PAGE = 500

/** The cluster's API. Every call has its deadline, and a refusal is a `Failure` in the API's own words. */
export type Kube = Objects & {
  /** What is at this path of the API. */
  get<T>(path: string, accept?: string): Promise<T>
  /** The items at this path, of all pages. */
  list<T>(path: string, accept?: string): Promise<T[]>
  /** What is at this path, as text: logs, metrics. */
  raw(path: string): Promise<string>
  /** The version that the API server runs, such as `v1.36.3+k3s1`. */
  version(): Promise<string>
  /** The API server's own clock, in milliseconds since 1970. */
  clock(): Promise<number>
  /** The certificate, as PEM, that has signed the API server's. */
  authority(): Promise<string>
  /** What a command in a container printed; throws when it ended badly, or without saying how. */
  exec(place: Place, command: readonly string[], options?: ExecOptions): Promise<string>
}

type Connected = { readonly port: number, readonly text: string, readonly config: KubeConfig, readonly connection: Connection }

/** The API of the host's cluster, over the run's own connection, with the kubeconfig that lies on the host; building it reads nothing. */
export function kube(host: Host): Kube {
  let last: Connected | undefined
  let connecting: Promise<Connected> | undefined

  // Asked for at every call, once for those made together: so neither a reboot nor a new cluster is met at the old address.
  const connect = (): Promise<Connected> => connecting ??= connectNow().finally(() => { connecting = undefined })

  const kubeconfig = (): Promise<string> => host.read(`cat ${KUBECONFIG} 2>/dev/null || true`)

  async function connectNow(): Promise<Connected> {
    const [port, text] = [await host.forward(API_PORT), await kubeconfig()]
    if (text === '') throw new Failure('there is no cluster on this host', { expected: KUBECONFIG, next: 'npx tsx runbooks/03-k3s.mts' })
    if (last?.port === port && last.text === text) return last
    const config = configOf(text, port)
    const connection: Connection = {}
    await config.applyToHTTPSOptions(connection)
    last = { port, text, config, connection: { ...connection, host: '127.0.0.1', port } }
    return last
  }

  const ask = async (asked: Asked): Promise<Answer> => request((await connect()).connection, asked)

  async function read(path: string, accept?: string): Promise<Answer> {
    const asked: Asked = { method: 'GET', path, ...(accept && { accept }) }
    const answer = await ask(asked)
    if (answer.code !== 200) throw refusal(answer, asked, 'a reading failed')
    return answer
  }

  const get = async <T,>(path: string, accept?: string): Promise<T> => JSON.parse((await read(path, accept)).text) as T

  return {
    ...objects(host, ask, async () => await kubeconfig() !== ''),
    get,
    async list<T>(path: string, accept?: string) {
      const items: T[] = []
      for (let next: string | undefined = ''; next !== undefined;) {
        const words = [`limit=${PAGE}`, ...(next ? [`continue=${encodeURIComponent(next)}`] : [])].join('&')
        const page: { items?: T[], metadata?: { continue?: string } } = await get(`${path}${path.includes('?') ? '&' : '?'}${words}`, accept)
        items.push(...page.items ?? [])
        next = page.metadata?.continue || undefined
      }
      return items
    },
    raw: async path => (await read(path, '*/*')).text,
    version: async () => (await get<{ gitVersion: string }>('/version')).gitVersion,
    clock: async () => (await read('/version')).date,
    authority: async () => Buffer.from((await connect()).config.getCurrentCluster()?.caData ?? '', 'base64').toString(),
    async exec(place, command, options = {}) {
      if (options.changes !== undefined) host.changes(options.changes)
      const exec = new Exec((await connect()).config)
      const { namespace, pod, container = '' } = place
      return execute((...[out, error, input, ended]) => exec.exec(namespace, pod, container, [...command], out, error, input, false, ended), place, command, options)
    },
  }
}

/** The kubeconfig's cluster and user at the forwarded port: nothing else in it counts, and the certificate is always verified. */
function configOf(text: string, port: number): KubeConfig {
  const [found, config] = [new KubeConfig(), new KubeConfig()]
  found.loadFromString(text)
  const [cluster, user] = [found.getCurrentCluster(), found.getCurrentUser()]
  if (!cluster?.caData || !user) throw new Failure('the kubeconfig on the host is not one of K3s', { expected: `a cluster with its certificate, and a user, in ${KUBECONFIG}`, next: 'systemctl restart k3s, which writes it anew' })
  config.loadFromClusterAndUser({ name: 'host', caData: cluster.caData, server: `https://127.0.0.1:${port}`, skipTLSVerify: false }, user)
  const apply = config.applyToHTTPSOptions.bind(config)
  config.applyToHTTPSOptions = options => apply(Object.assign(options, { rejectUnauthorized: true }))
  return config
}
