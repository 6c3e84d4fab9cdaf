import { createReadStream, existsSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { once } from 'node:events'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { AddressInfo } from 'node:net'

/** What is wrong with the mirror's files, in the words of what a client meets; for a mirror that is gone there is `close()`. */
export type Fault =
  /** The connection is cut before an answer. */
  | 'down'
  /** `503`, as a mirror that is overrun. */
  | 'busy'
  /** `429`, as one that has been asked too often. */
  | 'limited'
  /** No answer at all. */
  | 'mute'
  /** A few bytes a second. */
  | 'slow'
  /** Half of it, and the line is cut. */
  | 'cut'
  /** Half of it, and said to be all. */
  | 'truncated'
  /** As long as it should be, with one bit of another kind. */
  | 'wrong'
  /** `404`. */
  | 'missing'
  /** A redirect to itself. */
  | 'loop'
  /** A redirect to plain HTTP on another machine. */
  | 'insecure'

export type Mirror = {
  /** `http://127.0.0.1:8080`: what stands for github.com, and for raw.githubusercontent.com. */
  readonly url: string
  /** The paths that were asked for, as they came over the line. */
  readonly asked: string[]
  /** From now on, or for so many requests of files, this is wrong; nothing without a name. */
  fault(fault?: Fault, times?: number): void
  close(): Promise<void>
}

export type Place = { readonly address?: string, readonly port?: number, readonly tls?: { readonly key: string, readonly cert: string } }

// The shape of the official addresses: a + in the version is %2B, and nothing else.
const RELEASE = /^\/[\w.-]+\/[\w.-]+\/releases\/download\/([\w.-]+(?:%2B[\w.-]+)?)\/([\w.-]+)$/
const TREE = /^\/[\w.-]+\/[\w.-]+\/([\w.-]+(?:%2B[\w.-]+)?)\/([\w.-]+)$/
const ASSET = /^\/release-assets\/([\w.-]+(?:%2B[\w.-]+)?)\/([\w.-]+)\?token=once$/

/**
 * Serves `<folder>/<version>/<file>` in the shape of GitHub: a release's file by a redirect to a storage that wants a
 * token, a file of the tag's tree at once.
 */
export async function mirror(folder: string, { address = '127.0.0.1', port = 0, tls }: Place = {}): Promise<Mirror> {
  const asked: string[] = []
  let [wrong, left]: [Fault | undefined, number] = [undefined, 0]
  const next = (): Fault | undefined => {
    if (left <= 0) return undefined
    left -= 1
    return wrong
  }

  const serve: RequestListener = (request, response) => {
    const path = request.url ?? ''
    asked.push(path)
    const [, version = '', file = ''] = RELEASE.exec(path) ?? []
    if (file !== '') return redirect(response, `/release-assets/${version}/${file}?token=once`)
    const [, tag = '', name = ''] = ASSET.exec(path) ?? TREE.exec(path) ?? []
    const local = join(folder, decodeURIComponent(tag), name)
    answer(request, response, name !== '' && existsSync(local) ? local : undefined, next())
  }

  const server = tls ? createTlsServer(tls, serve) : createServer(serve)
  server.listen(port, address)
  await once(server, 'listening')
  return {
    url: `${tls ? 'https' : 'http'}://${address}:${(server.address() as AddressInfo).port}`,
    asked,
    fault(fault, times = Infinity) {
      [wrong, left] = [fault, fault ? times : 0]
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function answer(request: IncomingMessage, response: ServerResponse, path: string | undefined, fault: Fault | undefined): void {
  if (fault === 'down') return void request.socket.destroy()
  if (fault === 'mute') return
  if (fault === 'busy') return refuse(response, 503)
  if (fault === 'limited') return refuse(response, 429)
  if (fault === 'loop') return redirect(response, request.url ?? '/')
  if (fault === 'insecure') return redirect(response, 'http://192.0.2.1/k3s')
  if (path === undefined || fault === 'missing') return refuse(response, 404)
  const { size } = statSync(path)
  const half = Math.floor(size / 2)
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': fault === 'truncated' ? half : size })
  const bytes = createReadStream(path, fault === 'cut' || fault === 'truncated' ? { end: half - 1 } : {})
  // What was sent has to be on its way first.
  const cut = (): unknown => (response.writableLength > 0 ? setTimeout(cut, 20) : response.destroy())
  if (fault === 'cut') bytes.on('end', cut).pipe(response, { end: false })
  else Readable.from(fault === 'slow' ? trickled(bytes) : fault === 'wrong' ? flipped(bytes) : bytes).pipe(response)
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location }).end()
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end('not here\n')
}

async function* trickled(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) {
    for (const byte of chunk) {
      yield Buffer.from([byte])
      await new Promise(resolve => { setTimeout(resolve, 100) })
    }
  }
}

async function* flipped(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let first = true
  for await (const chunk of bytes) {
    if (first && chunk.length > 0) chunk[0] = (chunk[0] ?? 0) ^ 1
    first = false
    yield chunk
  }
}
