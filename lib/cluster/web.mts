import * as http from 'node:http'
import * as https from 'node:https'
import { milliseconds } from '../engine/deadline.mts'
import { unverified } from '../engine/failure.mts'
import type { Host } from '../host/host.mts'

/** Asks for a site by its name at one address; what comes back is `200 text`, or the word for what came instead. */
export type Web = (scheme: 'http' | 'https', name: string) => Promise<string>

/** What a site's name gets on 80 and on 443. */
export type Site = { readonly http: string, readonly https: string }

const SHOWN = 200

/** Throws where nobody can look from outside. */
export function seenFrom({ outside }: Host): void {
  if (!outside) throw unverified('this is the host itself: a site is seen from outside only', { next: 'run it from another machine' })
}

/**
 * What this machine sees of a server's sites, whatever DNS says of their names. Whose certificate it is, is not looked
 * at: a site of minutes has none of its own, and Traefik shows it a default one.
 */
export function web(address: string, shown = SHOWN): Web {
  return (scheme, name) => ask(address, scheme, name, undefined, undefined, shown)
}

/** The same once, at another port if told; `200 text`, `404 text`, `silence` or an error's code. Of the text so much is shown. */
export function ask(address: string, scheme: 'http' | 'https', name: string, port?: number, within = '5s', shown = SHOWN): Promise<string> {
  return new Promise(resolve => {
    const options = { host: address, ...(port && { port }), path: '/', headers: { host: name }, agent: false, signal: AbortSignal.timeout(milliseconds(within)) } as const
    const failed = ({ name: kind, code, message }: NodeJS.ErrnoException) => resolve(kind === 'AbortError' ? 'silence' : code ?? message)
    const heard = (response: http.IncomingMessage) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => { text += part }).on('error', failed)
      response.on('end', () => resolve(`${response.statusCode} ${text.trim().slice(0, shown)}`))
    }
    const sent = scheme === 'http' ? http.get(options, heard) : https.get({ ...options, servername: name, rejectUnauthorized: false }, heard)
    sent.on('error', failed)
  })
}
