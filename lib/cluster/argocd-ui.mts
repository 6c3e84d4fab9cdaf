import { Agent } from 'node:https'
import { asFailure, Failure } from '../engine/failure.mts'
import { anything, type Want } from '../engine/want.mts'
import { answer } from '../host/matrix.mts'
import { UI_PORT } from '../host/policy.mts'
import { inside, meet } from '../host/tunnel.mts'
import { pinned } from '../host/versions.mts'
import { ARGOCD } from './argocd-namespace.mts'
import { request } from './request.mts'
import type { Config } from '../engine/config.mts'
import type { Fact } from '../engine/claim.mts'
import type { Host } from '../host/host.mts'
import type { Kube } from './kube.mts'

export type Answering = {
  /** What the probe's knock through the tunnel itself gets. */
  readonly knock: 'open' | 'refused' | 'silent'
  /** What the page of the UI gets, the version that the API tells, and what somebody without a name gets who asks for Applications. */
  readonly page: string
  readonly api: string
  readonly nobody: string
  /** Whether this machine's own route led there, or a forward of its SSH connection. */
  readonly via: 'route' | 'forward'
}

/** What UI and API answer at the server's address in the tunnel, to a knock and in whole TLS sessions with Argo CD's own certificate. */
export function inTunnel(host: Host, config: Config, folder: string, kube: Kube): Fact<Answering> {
  return async () => {
    const { tcp } = await inside(host, config, folder, { tcp: [UI_PORT] })
    const session = await meet(host, config, UI_PORT)
    // It names no address of the tunnel, since Argo CD has made it for itself; that it is this one and no other is what counts.
    const agent = new Agent({ ca: await certificate(kube), checkServerIdentity: () => undefined })
    const said = async (path: string) => {
      const heard = await request({ host: session.host, port: session.port, agent }, { method: 'GET', path, accept: '*/*', within: '10s' }).catch(asFailure)
      return heard instanceof Failure ? { code: String(heard.facts.found ?? heard.message), text: '' } : { code: `status ${heard.code}`, text: heard.text }
    }
    const [page, api, nobody] = [await said('/'), await said('/api/version'), await said('/api/v1/applications')]
    return { knock: answer(tcp, UI_PORT), page: page.code, api: parseVersion(api.text) ?? api.code, nobody: nobody.code, via: session.via }
  }
}

/** Open; the page is there, the API is of the pinned version, and whoever has no name is told nothing. */
export function answeringAs(folder: string): Want<Answering> {
  const version = { wants: 'the pinned version', matches: (found: string) => found === pinned(folder, 'argocd') }
  return { knock: 'open', page: 'status 200', api: version, nobody: 'status 401', via: anything() }
}

/** The version in what `/api/version` answers, such as `v3.5.3`: what it was built from stands behind a plus. */
export function parseVersion(text: string): string | undefined {
  return /"Version":\s*"([^"+]+)/.exec(text)?.[1]
}

/** The certificate that Argo CD's server shows, from the Secret that it keeps it in. */
async function certificate(kube: Kube): Promise<string> {
  const secret = await kube.find({ apiVersion: 'v1', kind: 'Secret', metadata: { namespace: ARGOCD, name: 'argocd-secret' } }) as { data?: Readonly<Record<string, string>> } | undefined
  const data = secret?.data?.['tls.crt']
  if (data === undefined) throw new Failure('Argo CD has no certificate of its own yet', { expected: 'tls.crt in the Secret argocd/argocd-secret', next: 'kubectl -n argocd rollout restart deployment argocd-server' })
  return Buffer.from(data, 'base64').toString()
}
