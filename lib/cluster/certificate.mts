import { checkServerIdentity, connect, type PeerCertificate } from 'node:tls'
import { isIP } from 'node:net'
import { human, milliseconds } from '../engine/deadline.mts'
import { Failure } from '../engine/failure.mts'
import type { Fact } from '../engine/claim.mts'

/** Where a server is met, which may be somewhere else than under its name: at the near end of a forward. */
export type Meeting = { readonly host: string, readonly port: number }

export type Certificate = {
  /** The name it was asked for, when it is valid for that; else the names it is valid for. */
  readonly validFor: string
  readonly notAfter: string
  readonly days: number
  readonly issuer: string
}

const WITHIN = '10s'

/** The certificate that a server shows in a TLS session, signed by this authority (PEM); throws where it is signed by another. */
export function certificate(meet: () => Promise<Meeting>, authority: () => Promise<string>, name: string): Fact<Certificate> {
  return async () => parseCertificate(await shown(await meet(), await authority(), name), name, Date.now())
}

/** What Node tells of a certificate, for this name and at this moment, in milliseconds. */
export function parseCertificate(shown: PeerCertificate, name: string, now: number): Certificate {
  const end = Date.parse(shown.valid_to)
  return {
    validFor: checkServerIdentity(name, shown) === undefined ? name : shown.subjectaltname ?? 'nobody',
    notAfter: new Date(end).toISOString().slice(0, 10),
    days: Math.floor((end - now) / 86_400_000),
    issuer: [shown.issuer.CN].flat().join(', '),
  }
}

async function shown({ host, port }: Meeting, ca: string, name: string): Promise<PeerCertificate> {
  const start = performance.now()
  const address = host === name ? `${name}:${port}` : `${name} at ${host}:${port}`
  return new Promise((resolve, reject) => {
    // The name is compared afterwards, so that the certificate's own names can be shown.
    const socket = connect({ host, port, ca, rejectUnauthorized: true, checkServerIdentity: () => undefined, ...(isIP(name) ? {} : { servername: name }) })
    socket.setTimeout(milliseconds(WITHIN), () => socket.destroy(new Error('silence')))
    socket.on('secureConnect', () => { resolve(socket.getPeerCertificate()); socket.destroy() })
    socket.on('error', ({ message, code = message }: NodeJS.ErrnoException) => reject(new Failure(`no trusted TLS session with ${address}`, {
      found: code === message ? message : `${code}: ${message}`, waited: human(performance.now() - start), next: 'journalctl -u k3s -n 50',
    })))
  })
}
