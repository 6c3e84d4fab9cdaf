import { Failure } from '../engine/failure.mts'
import { seenFrom, type Site, type Web } from './web.mts'
import type { Fact } from '../engine/claim.mts'
import type { Host } from '../host/host.mts'
import type { Declared } from './gitops.mts'

/** Its name everywhere: of the Application, of its namespace, and of the Deployment in there. */
export const CANARY = 'canary'

const AS_GIT_HAS_IT = 'the page that Git has'
const SHOWN = 200

/** What somebody outside gets who asks for the canary by its name; `web` shows whole pages. */
export function served(host: Host, web: Web, gitops: Fact<Declared>): Fact<Site> {
  return async () => {
    seenFrom(host)
    const { name, page } = siteOf(await gitops())
    const word = (answer: string) => (answer === answerOf(page) ? AS_GIT_HAS_IT : answer.slice(0, SHOWN))
    const [http, https] = await Promise.all([web('http', name), web('https', name)])
    return { http: word(http), https: word(https) }
  }
}

/** On both the page that Git has. */
export const asInGit: Site = { http: AS_GIT_HAS_IT, https: AS_GIT_HAS_IT }

/** The name that Git gives the canary's site, and its page; throws where it has none. */
export function siteOf({ canary: { host: name, page } }: Declared): { readonly name: string, readonly page: string } {
  if (name !== '' && page !== '') return { name, page }
  throw new Failure('gitops/ has no canary that could be asked for', { expected: 'an Ingress and an index.html in gitops/canary', next: 'docs/gitops.md' })
}

/** What is answered where this page is served. */
export function answerOf(page: string): string {
  return `200 ${page.trim()}`
}
