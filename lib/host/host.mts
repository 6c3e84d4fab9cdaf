import type { Readable } from 'node:stream'
import type { Revert } from '../engine/claim.mts'
import type { Secret } from '../secrets/secret.mts'

export type Family = 4 | 6

export type CommandOptions = {
  /** Goes to the command's standard input: the only way for a secret, and the way for what is too big for memory. */
  readonly input?: string | Secret | Readable
  /** The command is ended, on the host too, after this long; `1m` unless told. */
  readonly within?: string
}

export type FileOptions = {
  /** Octal; `0644` unless told. */
  readonly mode?: string
  /** Shell text that must succeed with the new file's path as `$1`, before it replaces the old one. */
  readonly check?: string
}

/**
 * The machine a phase runs on, whatever lies between. Shell text is constant and runs as root under Bash; values
 * travel as `$1`, `$2` … A command that exits with anything but 0 throws a `Failure`.
 */
export type Host = {
  /** The name the operator gave it. */
  readonly name: string
  /** Reads; the same reading is asked for once until the next write. */
  read(script: string, args?: readonly string[], options?: CommandOptions): Promise<string>
  /** Changes something; throws in `--plan` and `--verify`. */
  write(script: string, args?: readonly string[], options?: CommandOptions): Promise<string>
  /** Replaces a file as a whole: temporary name, check, fsync, rename. */
  put(path: string, content: string | Secret, options?: FileOptions): Promise<void>
  /** Streams a local file of any size to a path: temporary name, its sha256 compared, fsync, rename; mode `0644` unless told. */
  upload(file: string, path: string, options?: { readonly mode?: string }): Promise<void>
  /** To be called before anything is changed by other means than this shell; throws in `--plan` and `--verify`, and forgets every reading. */
  changes(what: string): void
  /** A port of this machine's loopback that leads to that port of the host's, over the run's own connection; ask anew after a reboot. */
  forward(port: number): Promise<number>
  /** Forgets every reading, so that the next one is fresh. */
  forget(): void
  /** Runs an act that could cut the operator off, under a revert that only a new login disarms. */
  guard(revert: Revert, act: () => Promise<void>): Promise<void>
  /** Finishes what a killed run left behind: a revert that is still armed is carried out now. */
  settle(): Promise<void>
  /** Identity of the running boot. */
  boot(): Promise<string>
  /** Waits for the host after a reboot and connects anew; seconds it took. Throws after `within`. */
  comeBack(within: string): Promise<number>
  /** What the host shows to somebody who is not on it; absent when this is the host itself. */
  readonly outside: Outside | undefined
  /** Notes of drills that were cut short, by claim: what was read before the disturbance, as JSON. */
  readonly notes: Notes
}

export type Answers = { readonly open: number[], readonly refused: number[] }

export type Outside = {
  /** Logs in through a new connection as the admin and becomes root; throws `lost` without an answer, else bad input. */
  login(): Promise<void>
  /** The authentication methods a login as this user is offered; no attempt is made. */
  offers(user: string): Promise<string[]>
  /** The TCP ports that answered, with SYN-ACK or RST; every other one stayed silent. */
  answers(address: string, family: Family, ports: readonly number[]): Promise<Answers>
  /** Where this machine has a full TCP session to a port of the server's address in the tunnel, over its own route or a forward. */
  session(address: string, port: number): Promise<Session>
  /** Knocks at WireGuard's door as this visitor and, let in, at these ports inside. */
  visit(visitor: Visitor, ports: Ports): Promise<Passage>
}

/** Ports to knock at; a UDP port that stays silent may be open all the same. */
export type Ports = { readonly tcp?: readonly number[], readonly udp?: readonly number[] }

/** Where to connect to, and whether that is this machine's own `route` into the tunnel or a `forward` over SSH, for the record. */
export type Session = { readonly via: 'route' | 'forward', readonly host: string, readonly port: number }

/** Who knocks, at which WireGuard server, and between which addresses of the tunnel; keys in base64. */
export type Visitor = {
  /** `probe` or `stranger`, for the record. */
  readonly who: string
  readonly host: string
  readonly port: number
  readonly serverKey: string
  readonly privateKey: Secret
  readonly source: string
  readonly destination: string
}

/**
 * What a visitor meets: the milliseconds until its handshake was answered, `silence` when nothing at all came back in
 * three tries, `noise` when something came that was no answer to it; and the ports that answered inside the tunnel.
 */
export type Passage = { readonly handshake: number | 'silence' | 'noise', readonly tcp: Answers, readonly udp: Answers }

export type Notes = {
  list(): Promise<Record<string, unknown>>
  leave(claim: string, before: unknown): Promise<void>
  remove(claim: string): Promise<void>
}
