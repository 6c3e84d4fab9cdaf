import { Readable, Writable } from 'node:stream'
import { milliseconds } from '../engine/deadline.mts'
import { Failure } from '../engine/failure.mts'
import { Secret } from '../secrets/secret.mts'

/** A container; without a name the only one of its pod. */
export type Place = { readonly namespace: string, readonly pod: string, readonly container?: string }

export type ExecOptions = {
  readonly input?: string | Secret
  readonly within?: string
  /** What it changes, in words: it is refused in `--plan` and `--verify` then. */
  readonly changes?: string
}

/** How the API says that a command ended. */
export type Ending = {
  readonly status?: string
  readonly message?: string
  readonly details?: { readonly causes?: readonly { readonly reason?: string, readonly message?: string }[] }
}

/** An open stream to a container; `readyState` is 3 once it is closed. */
export type Stream = { readonly readyState: number, on(event: 'close', heard: () => void): unknown, terminate(): void }

/** Starts the command, whose streams these are; `ended` hears how it ended, if anybody says so. */
export type Opening = (stdout: Writable, stderr: Writable, stdin: Readable | null, ended: (ending: Ending) => void) => Promise<Stream>

/** What a command in a container printed; throws when it ended badly, too late, or without anybody saying how. */
export async function execute(open: Opening, place: Place, command: readonly string[], { input, within = '1m' }: ExecOptions): Promise<string> {
  const where = `${place.namespace}/${place.pod}`
  const [out, error] = [gathering(), gathering()]
  const facts = () => {
    const found = error.text().trim().split('\n').slice(-6).join('\n           ')
    return { command: `kubectl exec -n ${place.namespace} ${place.pod} -- ${command.map(short).join(' ')}`, ...(found && { found }) }
  }
  const stdin = input === undefined ? null : Readable.from([Buffer.from(input instanceof Secret ? input.reveal() : input)])

  return new Promise((resolve, reject) => {
    const fail = (message: string, more: { waited?: string, found?: string } = {}) => reject(new Failure(message, { ...facts(), ...more }))
    const opening = open(out.stream, error.stream, stdin, ending => {
      const code = ending.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message
      if (ending.status === 'Success') resolve(out.text())
      else if (code !== undefined) fail(`a command in ${where} ended with ${code}`)
      else fail(`a command in ${where} could not be run`, ending.message ? { found: ending.message } : {})
      // All is said: whoever does not hang up himself is not waited for.
      clearTimeout(timer)
      stop()
    })
    const stop = () => void opening.then(stream => stream.terminate(), () => {})
    const timer = setTimeout(() => { fail(`a command in ${where} did not end within ${within}`, { waited: within }); stop() }, milliseconds(within))
    const closed = () => { clearTimeout(timer); fail(`the stream to ${where} ended, and nobody said how the command did`) }
    opening.then(stream => (stream.readyState === 3 ? closed() : stream.on('close', closed)), (thrown: { message?: string }) => {
      clearTimeout(timer)
      fail(`no command can be run in ${where}`, { found: thrown.message ?? 'the stream did not open' })
    })
  })
}

function gathering(): { stream: Writable, text: () => string } {
  const chunks: Buffer[] = []
  const stream = new Writable({ write(chunk: Buffer, _encoding, done) { chunks.push(chunk); done() } })
  return { stream, text: () => Buffer.concat(chunks).toString() }
}

function short(word: string): string {
  return word.length > 80 ? `${word.slice(0, 80)}…` : word
}
