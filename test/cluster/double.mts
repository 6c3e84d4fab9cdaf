import { KubeConfig } from '@kubernetes/client-node'
import { request, type Connection } from '../../lib/cluster/request.mts'
import { api, type Api, type Reply, type Request } from './api.mts'
import type { Host } from '../../lib/host/host.mts'

/** What stands for K3s' kubeconfig in everything recorded: its keys are in none of it. */
export const KUBECONFIG = '{kubeconfig}'

// Most of what the API says, and no claim looks at it; or what belongs to this machine alone.
const LEFT_OUT = [
  'annotations', 'bootID', 'caBundle', 'categories', 'finalizers', 'generateName', 'images', 'livenessProbe', 'machineID', 'managedFields', 'openAPIV3Schema', 'readinessProbe',
  'responseKind', 'securityContext', 'shortNames', 'singularResource', 'subresources', 'systemUUID', 'tolerations', 'volumeMounts', 'volumes',
]

/** The host with another API server in the place of its own, which answers so and whose kubeconfig is its own. */
export function doubled(host: Host, answer: (request: Request) => Promise<Reply>): { host: Host, close(): Promise<void> } {
  let server: Promise<Api> | undefined
  const there = async () => (await (server ??= api(asked => answer(asked).catch((thrown: unknown) => ({ code: 500, text: String(thrown) }))))).at
  const { outside } = host
  return {
    host: {
      ...host,
      async read(...asked) {
        const text = await host.read(...asked)
        return isKubeconfig(text) ? (await there()).kubeconfig : text
      },
      forward: async () => (await there()).port,
      outside: outside && { ...outside, session: async (...asked) => ({ ...await outside.session(...asked), host: '127.0.0.1', port: (await there()).port }) },
    },
    close: async () => (await server)?.close(),
  }
}

/** Whether it is K3s' kubeconfig, or stands for it. */
export function isKubeconfig(text: string): boolean {
  return text === KUBECONFIG || text.includes('client-key-data')
}

/** What the host's own API says to a request, without what nobody reads. */
export async function passedOn(host: Host, { method, path, accept, body }: Request): Promise<Reply> {
  const config = new KubeConfig()
  config.loadFromString(await host.read('cat /etc/rancher/k3s/k3s.yaml'))
  const connection: Connection = {}
  await config.applyToHTTPSOptions(connection)
  const asked = { method: method as 'GET', path, accept, ...(body && { body }) }
  const { code, text, date } = await request({ ...connection, host: '127.0.0.1', port: await host.forward(6443) }, asked)
  return { code, date, ...slim(text) }
}

function slim(text: string): Pick<Exclude<Reply, 'silence'>, 'json' | 'text'> {
  if (!text.startsWith('{')) return { text }
  return { json: JSON.parse(text, (key, value: unknown) => (LEFT_OUT.includes(key) ? undefined : value)) }
}
