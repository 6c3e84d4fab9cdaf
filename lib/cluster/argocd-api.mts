import { Failure } from '../engine/failure.mts'
import { Secret } from '../secrets/secret.mts'
import { ARGOCD } from './argocd-namespace.mts'
import { argocdSecrets } from './argocd-secret.mts'
import type { Host } from '../host/host.mts'
import type { Kube } from './kube.mts'

/** Argo CD's own API, as its server answers on the host. */
export type ArgoApi = {
  /** The version that the server says it is, such as `v3.5.3`. */
  version(): Promise<string>
  /** Whether the account admin is let in with this password. */
  login(password: Secret): Promise<'accepted' | 'refused'>
  /** What is at this path, as admin with the password in `secrets/`; the path begins with /api/v1. */
  get<T>(path: string): Promise<T>
}

const NAME = `argocd-server.${ARGOCD}.svc`
const WITHIN = '30s'

// By the name in the certificate that the server made itself, and by that certificate alone; $5 is what to send, and what stands on stdin: the body, or the header with the token.
const ASK = `
set -o pipefail
case "$5" in
  body) sent=(-H 'Content-Type: application/json' --data-binary @-) ;;
  header) sent=(-H @-) ;;
  *) sent=() ;;
esac
curl -sS -m 20 --noproxy '*' --cacert <(printf '%s' "$1") --resolve "$2:443:$3" -w '\\n%{http_code}' "\${sent[@]}" "https://$2$4"
`

type Answer = { readonly code: number, readonly text: string }

/** The API by its Service's address in the cluster, asked from the host itself; building it reads nothing. */
export function argocd(host: Host, kube: Kube, folder: string): ArgoApi {
  let token: Secret | undefined

  async function ask(path: string, input?: { readonly as: 'body' | 'header', readonly text: Secret }): Promise<Answer> {
    const [{ spec }, { data }] = await Promise.all([
      kube.get<{ spec: { clusterIP: string } }>(`/api/v1/namespaces/${ARGOCD}/services/argocd-server`),
      kube.get<{ data?: Record<string, string> }>(`/api/v1/namespaces/${ARGOCD}/secrets/argocd-secret`),
    ])
    const certificate = Buffer.from(data?.['tls.crt'] ?? '', 'base64').toString()
    if (certificate === '') throw new Failure('the server of Argo CD has no certificate yet', { next: `kubectl -n ${ARGOCD} logs deployment/argocd-server` })
    // What it answers now, whatever was read before.
    const printed = await host.read(ASK, [certificate, NAME, spec.clusterIP, path, input?.as ?? 'nothing'], { input: input?.text ?? '', within: WITHIN })
    const at = printed.lastIndexOf('\n')
    return { code: Number(printed.slice(at + 1)), text: printed.slice(0, at) }
  }

  async function session(password: Secret): Promise<Secret | undefined> {
    const { code, text } = await ask('/api/v1/session', { as: 'body', text: new Secret(JSON.stringify({ username: 'admin', password: password.reveal() })) })
    if (code === 401) return undefined
    if (code === 200) return new Secret((JSON.parse(text) as { token: string }).token)
    throw refusal('/api/v1/session', { code, text })
  }

  return {
    async version() {
      const answer = await ask('/api/version')
      if (answer.code !== 200) throw refusal('/api/version', answer)
      return (JSON.parse(answer.text) as { Version: string }).Version
    },
    login: async password => (await session(password) ? 'accepted' : 'refused'),
    async get<T>(path: string) {
      const asked = async () => ask(path, { as: 'header', text: new Secret(`Authorization: Bearer ${(token ??= await session((await argocdSecrets(folder)).password))?.reveal() ?? ''}`) })
      let answer = await asked()
      // A server that was made anew knows no token of the one before.
      if (answer.code === 401) token = undefined
      if (answer.code === 401) answer = await asked()
      if (answer.code !== 200) throw refusal(path, answer)
      return JSON.parse(answer.text) as T
    },
  }
}

function refusal(path: string, { code, text }: Answer): Failure {
  return new Failure(`Argo CD answers ${code} at ${path}`, { found: text.slice(0, 300), next: `kubectl -n ${ARGOCD} logs deployment/argocd-server` })
}
