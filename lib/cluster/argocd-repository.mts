import { publicKeyOf } from '../secrets/deploy-key.mts'
import { Secret } from '../secrets/secret.mts'
import { hostName } from '../host/ssh-git-options.mts'
import { ARGOCD } from './argocd-namespace.mts'
import { argocdSecrets } from './argocd-secret.mts'
import type { Config } from '../engine/config.mts'
import type { State } from '../engine/claim.mts'
import type { Kube } from './kube.mts'
import type { Manifest, Metadata } from './manifest.mts'

const TYPE = 'argocd.argoproj.io/secret-type'
const PATH = `/api/v1/namespaces/${ARGOCD}/secrets?labelSelector=${TYPE}`
const KEY: Manifest = { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: ARGOCD, name: 'git-server' } }
const HOSTS: Manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: ARGOCD, name: 'argocd-ssh-known-hosts-cm' } }
const LABELS = { 'app.kubernetes.io/part-of': 'argocd' }

export type Credentials = {
  /** For every Secret that Argo CD takes for credentials: what of, for where, and what else it says; somebody else's is never removed. */
  readonly secrets: Readonly<Record<string, string>>
  /** The public half of the key that it shows to the Git server. */
  readonly key: string
  /** The host keys by which it knows any server, in a file each. */
  readonly hosts: Readonly<Record<string, string>>
}

type Listed = { readonly metadata: Metadata, readonly data?: Readonly<Record<string, string>> }

/** What Argo CD comes to the Git server with, and knows it by: the key in `secrets/`, the pinned host key, and no others. */
export function credentials(kube: Kube, config: Config, folder: string): State<Credentials> {
  const server = serverOf(config.GITOPS_URL ?? '')
  const wanted = `repo-creds git ${server}`
  const line = `${hostName(config.GITOPS_URL ?? 'ssh://none')} ${config.GITOPS_HOST_KEY}\n`
  return {
    async read() {
      const [listed, hosts] = [await kube.list<Listed>(PATH), await kube.find(HOSTS)]
      const { key: own } = await argocdSecrets(folder)
      const text = ({ data = {} }: Listed, name: string) => Buffer.from(data[name] ?? '', 'base64').toString()
      const found = listed.find(({ metadata }) => metadata.name === KEY.metadata.name)
      return {
        secrets: Object.fromEntries(listed.map(each => [each.metadata.name, [each.metadata.labels?.[TYPE], text(each, 'type'), text(each, 'url'), ...more(each)].join(' ')])),
        key: found === undefined ? 'absent' : text(found, 'sshPrivateKey') === own.reveal() ? 'as in secrets/' : publicHalf(text(found, 'sshPrivateKey')),
        hosts: (hosts?.data ?? {}) as Record<string, string>,
      }
    },
    want: { secrets: { [KEY.metadata.name]: wanted }, key: 'as in secrets/', hosts: { ssh_known_hosts: line } },
    async act(found) {
      const { key } = await argocdSecrets(folder)
      const encoded = (value: string | Secret) => new Secret(Buffer.from(value instanceof Secret ? value.reveal() : value).toString('base64'))
      // With more in it than it should have it would not be closed: `insecure` takes any host key.
      if (![undefined, wanted].includes(found?.secrets[KEY.metadata.name])) await kube.remove(KEY)
      await kube.apply({ ...KEY, metadata: { ...KEY.metadata, labels: LABELS }, type: 'Opaque' })
      await kube.merge({ ...KEY, metadata: { ...KEY.metadata, labels: { [TYPE]: 'repo-creds' } }, data: { type: encoded('git'), url: encoded(server), sshPrivateKey: encoded(key) } })
      const strange = Object.keys(found?.hosts ?? {}).map(name => [name, null])
      await kube.apply({ ...HOSTS, metadata: { ...HOSTS.metadata, labels: { ...LABELS, 'app.kubernetes.io/name': HOSTS.metadata.name } } })
      await kube.merge({ ...HOSTS, data: { ...Object.fromEntries(strange), ssh_known_hosts: line } })
    },
  }
}

/** The address that all repositories of a Git server begin with: what is kept for it counts for each of them. */
export function serverOf(url: string): string {
  return /^ssh:\/\/[^/]+\//.exec(url)?.[0] ?? ''
}

function more({ data = {} }: Listed): string[] {
  return Object.keys(data).filter(name => !['type', 'url', 'sshPrivateKey'].includes(name)).sort()
}

function publicHalf(key: string): string {
  try {
    return publicKeyOf(new Secret(key))
  } catch {
    return 'not a key'
  }
}
