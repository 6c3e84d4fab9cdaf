import { StringDecoder } from 'node:string_decoder'
import { encodings } from './encodings.mts'
import type { Secret } from './secret.mts'

const REDACTED = '[redacted]'

type Range = { start: number; end: number }

/** A stream of text without the secrets: `write` gives what is safe to show now, `end` the rest. */
export type RedactingStream = { write(chunk: string | Uint8Array): string; end(): string }

/** Removes the given secrets, in every encoding of `encodings`, from whole texts and from streams. */
export type Redactor = { text(whole: string): string; stream(): RedactingStream }

/** A redactor for these secrets; white space inside a value does not hide it (wrapped base64, indented PEM). */
export function redactor(secrets: Iterable<Secret>): Redactor {
  const needles = [...new Set([...secrets].flatMap((secret) => encodings(secret.reveal())))]
  const redact = (text: string): string => replace(text, hidden(text, needles), text.length)

  const stream = (): RedactingStream => {
    const decoder = new StringDecoder('utf8')
    let held = ''
    const flush = (chunk: string): string => {
      held += chunk
      const ranges = hidden(held, needles)
      const safe = safeLength(held, needles, ranges)
      const shown = replace(held, ranges, safe)
      held = held.slice(safe)
      return shown
    }
    return {
      write: (chunk) => flush(typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk))),
      end: () => {
        const rest = redact(held + decoder.end())
        held = ''
        return rest
      },
    }
  }
  return { text: redact, stream }
}

/** The text without white space, and for each of its characters the place in the original. */
function squeeze(text: string): { squeezed: string; at: number[] } {
  const at: number[] = []
  let squeezed = ''
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index)
    if (/\s/.test(character)) continue
    squeezed += character
    at.push(index)
  }
  return { squeezed, at }
}

/** The merged ranges of the text that hold a needle. */
function hidden(text: string, needles: string[]): Range[] {
  const { squeezed, at } = squeeze(text)
  const found: Range[] = []
  for (const needle of needles) {
    for (let index = squeezed.indexOf(needle); index >= 0; index = squeezed.indexOf(needle, index + 1)) {
      found.push({ start: at[index] ?? 0, end: (at[index + needle.length - 1] ?? 0) + 1 })
    }
  }
  const merged: Range[] = []
  for (const range of found.sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1)
    if (last && range.start < last.end) last.end = Math.max(last.end, range.end)
    else merged.push(range)
  }
  return merged
}

/** How much of the text no later chunk can turn into part of a secret. */
function safeLength(text: string, needles: string[], ranges: Range[]): number {
  const { squeezed, at } = squeeze(text)
  let longest = 0
  for (const needle of needles) {
    const most = Math.min(needle.length - 1, squeezed.length)
    for (let length = most; length > longest; length--) {
      if (squeezed.endsWith(needle.slice(0, length))) longest = length
    }
  }
  if (longest === 0) return text.length
  const safe = at[at.length - longest] ?? text.length
  // A secret that is complete but overlaps the held part is held as a whole: half of it would not be found again.
  return ranges.find((range) => range.start < safe && range.end > safe)?.start ?? safe
}

function replace(text: string, ranges: Range[], until: number): string {
  let shown = ''
  let from = 0
  for (const { start, end } of ranges) {
    if (end > until) break
    shown += text.slice(from, start) + REDACTED
    from = end
  }
  return shown + text.slice(from, until)
}
