import { request as open, type RequestOptions } from 'node:https'
import { human, milliseconds } from '../engine/deadline.mts'
import { Failure } from '../engine/failure.mts'

/** Where the API server is, whom it has to be signed by, and who asks. */
export type Connection = Pick<RequestOptions, 'host' | 'port' | 'agent'>

export type Asked = {
  readonly method: 'GET' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly accept?: string
  readonly body?: string
  /** How the body changes what is there; server-side apply unless told. */
  readonly type?: string
  readonly within?: string
}

/** What came back, whatever it says; `date` is the server's own clock, in milliseconds. */
export type Answer = { readonly code: number, readonly text: string, readonly date: number }

const WITHIN = '30s'

/** Asks the API server once; throws a `Failure` where no answer comes in time, or one from somebody else. */
export async function request(connection: Connection, asked: Asked): Promise<Answer> {
  const { method, path, accept = 'application/json', body, type = 'application/apply-patch+yaml', within = WITHIN } = asked
  const start = performance.now()
  const headers = { accept, ...(body !== undefined && { 'content-type': type, 'content-length': Buffer.byteLength(body) }) }
  try {
    return await new Promise((resolve, reject) => {
      const sent = open({ ...connection, method, path, headers, signal: AbortSignal.timeout(milliseconds(within)) }, response => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject)
        response.on('end', () => resolve({ code: response.statusCode ?? 0, text: Buffer.concat(chunks).toString(), date: Date.parse(response.headers.date ?? '') }))
      })
      sent.on('error', reject).end(body)
    })
  } catch (thrown) {
    throw unanswered(thrown as NodeJS.ErrnoException, asked, human(performance.now() - start))
  }
}

function unanswered({ name, code = '', message }: NodeJS.ErrnoException, asked: Asked, waited: string): Failure {
  const facts = { command: typed(asked), waited }
  if (/CERT|SIGNATURE|SSL|TLS/.test(code)) {
    return new Failure('whoever answers for the API server is not trusted', { found: message, ...facts, next: 'systemctl restart k3s, which renews its certificates; then this command again' })
  }
  const found = name === 'AbortError' ? 'silence' : code || message
  return new Failure('the API server does not answer', { found, ...facts, next: 'systemctl status k3s; journalctl -u k3s -n 50' })
}

type Status = { readonly message?: string, readonly reason?: string, readonly details?: { readonly causes?: readonly { readonly field?: string, readonly reason?: string }[] } }

/** The API's own refusal; of an object that holds secrets only the fields it complains of, never its words about their values. */
export function refusal({ code, text }: Answer, asked: Asked, what: string, secret = false): Failure {
  const { message, reason, details } = status(text)
  const fields = details?.causes?.map(cause => `${cause.field ?? ''} ${cause.reason ?? ''}`.trim()).join(', ')
  const found = secret ? fields ?? 'words that may hold the value, and are not shown' : message
  const conflict = reason === 'Conflict' ? `kubectl get --raw '${asked.path.split('?')[0]}', whose managedFields name the owners: one of them has to let go` : undefined
  return new Failure(`${what}: the API server answers ${code} ${reason ?? ''}`.trimEnd(), {
    ...(found && { found }), command: typed(asked), ...(conflict ? { next: conflict } : code >= 500 && { next: 'journalctl -u k3s -n 50' }),
  })
}

function status(text: string): Status {
  try {
    return JSON.parse(text) as Status
  } catch {
    return { message: text.trim().slice(0, 300) }
  }
}

function typed({ method, path }: Asked): string {
  return method === 'GET' ? `kubectl get --raw '${path}'` : `${method} ${path}`
}
