import { createWriteStream } from 'node:fs'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { human } from '../engine/deadline.mts'
import { Failure } from '../engine/failure.mts'
import { interrupting } from '../engine/interruption.mts'
import { terminal } from '../engine/terminal.mts'
import { fileName, isLoopback } from './web-address.mts'

const REDIRECTS = 5

/** How long a server is borne with: a window of milliseconds may pass until it answers, and each later one has to bring so many bytes. */
export type Patience = { readonly window: number, readonly least: number }

/** Why nothing came of it, and whether another try would end the same. */
export type Stopped = { readonly why: string, readonly final: boolean }

/** Writes the bytes behind an address into a file, once; gives back why they did not all come, or nothing. Ctrl-C ends it. */
export async function transfer(url: URL, file: string, patience: Patience): Promise<Stopped | undefined> {
  const watch = watching(url, patience)
  try {
    const found = await answer(url, watch.signal)
    if ('why' in found) return found
    watch.answered(Number(found.headers.get('content-length')))
    const counted = new Transform({
      transform(chunk: Buffer, _encoding, next) {
        watch.came(chunk.length)
        next(null, chunk)
      },
    })
    // An answer without a body is an empty file.
    await pipeline(found.body ? Readable.fromWeb(found.body) : [], counted, createWriteStream(file), { signal: watch.signal })
    return undefined
  } catch (thrown) {
    const { reason } = watch.signal
    if (reason instanceof Failure && reason.kind !== 'interrupted') return { why: reason.message, final: false }
    // What the network does comes as a TypeError; a full disk does not, and no other try would mend it.
    if (reason instanceof Failure || !(thrown instanceof TypeError)) throw reason ?? thrown
    return { why: watch.bytes() > 0 ? `${url.host} cut the line after ${megabytes(watch.bytes())}` : inWords(url, thrown), final: false }
  } finally {
    watch.end()
  }
}

/** A signal that ends a transfer which is interrupted or too slow, and what it has to be told for that. */
function watching(url: URL, { window, least }: Patience) {
  const abort = new AbortController()
  const letGo = interrupting(abort)
  const late = (what: string) => abort.abort(new Failure(`${url.host} ${what} within ${human(window)}`))
  let timer = setTimeout(late, window, 'gave no answer')
  let [bytes, before, told, total] = [0, 0, 0, 0]
  return {
    signal: abort.signal,
    bytes: () => bytes,
    answered(length: number): void {
      total = length
      clearTimeout(timer)
      timer = setInterval(() => {
        if (bytes - before < least) late(`sent no more than ${megabytes(bytes - before)}`)
        before = bytes
      }, window)
    },
    came(more: number): void {
      bytes += more
      if (performance.now() - told < 250) return
      told = performance.now()
      terminal.waiting(`${fileName(url)} from ${url.host}: ${megabytes(bytes)}${total > 0 ? ` of ${megabytes(total)}` : ''}`)
    },
    end(): void {
      clearTimeout(timer)
      letGo()
    },
  }
}

/** The answer at the end of all redirects, each of which has to lead to https, or from loopback to loopback. */
async function answer(first: URL, signal: AbortSignal): Promise<Response | Stopped> {
  let at = first
  for (let hops = 0; hops <= REDIRECTS; hops += 1) {
    if (at.protocol !== 'https:' && !(isLoopback(first) && isLoopback(at))) return { why: `${first.host} leads to ${at.origin}, which is not https`, final: true }
    const response = await fetch(at, { redirect: 'manual', signal, headers: { 'accept-encoding': 'identity' } })
    if (response.ok) return response
    await response.body?.cancel()
    const location = response.headers.get('location') ?? ''
    if (response.status >= 400 || !URL.canParse(location, at.href)) {
      const { status, statusText } = response
      return { why: `${at.host} answers ${status} ${statusText}`.trim(), final: status < 500 && ![408, 425, 429].includes(status) }
    }
    at = new URL(location, at)
  }
  return { why: `${first.host} leads round in circles: more than ${REDIRECTS} redirects`, final: true }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

function inWords({ host, hostname }: URL, { cause }: TypeError): string {
  const { code, message } = cause instanceof Error ? { code: '', ...cause, message: cause.message } : { code: '', message: 'unknown' }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the name ${hostname} is not known here`
  if (code === 'ECONNREFUSED') return `nobody listens at ${host}`
  return `${host}: ${message || code}`
}
