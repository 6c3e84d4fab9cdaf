import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { answering } from '../host/answering.mts'
import { folder } from '../folder.mts'
import { listen } from './listen.mts'
import type { Duplex } from 'node:stream'
import type { Host } from '../../lib/host/host.mts'

/** A key, and a certificate for 127.0.0.1 and these names that it has signed itself: server, client and authority in one. */
export function identity(...names: string[]): { key: string, certificate: string } {
  const place = folder()
  const files = { key: join(place, 'key'), certificate: join(place, 'certificate') }
  const subjects = ['IP:127.0.0.1', ...names].join(',')
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '200', '-subj', '/CN=test authority',
    '-addext', `subjectAltName=${subjects}`, '-keyout', files.key, '-out', files.certificate], { stdio: 'ignore' })
  return { key: readFileSync(files.key, 'utf8'), certificate: readFileSync(files.certificate, 'utf8') }
}

export type Request = { readonly method: string, readonly path: string, readonly accept: string, readonly type: string, readonly body: string }

/** What the API answers: a code and its JSON or text, at this moment in milliseconds where it is not now; `silence` for none at all. */
export type Reply = { readonly code?: number, readonly json?: unknown, readonly text?: string, readonly date?: number } | 'silence'

/** Somebody who speaks as the API server does, the host it is reached on, and all that was asked of it. */
export type Api = {
  readonly host: Host
  readonly asked: Request[]
  readonly changed: string[]
  /** The port at which the forward arrives from now on, and the kubeconfig's text. */
  readonly at: { port: number, kubeconfig: string }
  close(): void
}

/** An API server with these answers, whose certificate is valid in the tunnel too; `stream` is given the socket of a command's stream once it is a WebSocket. */
export async function api(answer: (request: Request) => Reply | Promise<Reply>, stream: (socket: Duplex, path: string) => void = socket => socket.destroy()): Promise<Api> {
  const { key, certificate } = identity('IP:10.8.0.1')
  const asked: Request[] = []
  const server = createServer({ key, cert: certificate, ca: certificate, requestCert: true, rejectUnauthorized: true }, async (request, response) => {
    let body = ''
    for await (const part of request) body += String(part)
    const { method = '', url = '', headers } = request
    asked.push({ method, path: url, accept: headers.accept ?? '', type: headers['content-type'] ?? '', body })
    const reply = await answer(asked.at(-1) as Request)
    if (reply === 'silence') return
    response.writeHead(reply.code ?? 200, { date: new Date(reply.date ?? Date.now()).toUTCString() }).end(reply.text ?? JSON.stringify(reply.json ?? {}))
  })
  server.on('upgrade', (request, socket: Duplex) => {
    const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
    socket.on('error', () => {})
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n`)
    stream(socket, request.url ?? '')
  })
  const at = { port: await listen(server), kubeconfig: kubeconfig(key, certificate) }
  const changed: string[] = []
  const host: Host = { ...answering(() => at.kubeconfig).host, forward: async () => at.port, changes: what => void changed.push(what) }
  return { host, asked, changed, at, close: () => { server.closeAllConnections(); server.close() } }
}

/** K3s' kubeconfig of these, whose server address is the one that K3s writes. */
export function kubeconfig(key: string, certificate: string): string {
  const data = (text: string) => Buffer.from(text).toString('base64')
  return stringify({
    apiVersion: 'v1', kind: 'Config', 'current-context': 'default',
    clusters: [{ name: 'default', cluster: { 'certificate-authority-data': data(certificate), server: 'https://127.0.0.1:6443' } }],
    contexts: [{ name: 'default', context: { cluster: 'default', user: 'default' } }],
    users: [{ name: 'default', user: { 'client-certificate-data': data(certificate), 'client-key-data': data(key) } }],
  })
}

/** A frame of a command's stream: channel 1 is its output, 2 its errors, 3 how it ended. */
export function frame(channel: number, text: string): Buffer {
  const content = Buffer.concat([Buffer.from([channel]), Buffer.from(text)])
  return Buffer.concat([Buffer.from(content.length < 126 ? [0x82, content.length] : [0x82, 126, content.length >> 8, content.length & 255]), content])
}
