import { isUtf8 } from 'node:buffer'
import { plainValue, type Value } from './value.mts'

// Plain only where YAML 1.1, 1.2 and go-yaml agree that it is a string; everything else is quoted.
const SAFE_PLAIN = /^[A-Za-z_/^]([\w./@+=~%^$()|-]|[ :](?=[\w./@+=~%$()|-]))*$/
const TYPED_ELSEWHERE = /^(y|n|yes|no|on|off|true|false|null)$/i
const UNPRINTABLE = /[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]|[\x85\u2028\u2029]/u

/** A value as YAML text that SOPS types the same way again; `indent` is the column a block literal's lines take. */
export function scalarText({ kind, bytes }: Value, place: { flow: boolean; indent: number }): string {
  const text = bytes.toString('utf8')
  switch (kind) {
    case 'bool':
      return text.toLowerCase()
    case 'float':
      return floatScalar(text)
    case 'null':
    case 'int':
    case 'time':
      return text
    default:
      return isUtf8(bytes) ? stringText(text, place) : `!!binary ${bytes.toString('base64')}`
  }
}

/** A string in double quotes, with every character that YAML does not print escaped. */
export function quoted(text: string): string {
  const escapes = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(text).replace(new RegExp(UNPRINTABLE, 'gu'), escapes)
}

/** A string as YAML text: plain where that is safe, a block literal for several lines, else quoted. */
export function stringText(text: string, { flow, indent }: { flow: boolean; indent: number }): string {
  const plain = SAFE_PLAIN.test(text) && !TYPED_ELSEWHERE.test(text) && plainValue(text).kind === 'str'
  if (plain && !flow) return text
  // A first line that starts blank needs an indentation indicator, which parsers count differently inside lists.
  const literal = !flow && /^\S.*\n./s.test(text) && !UNPRINTABLE.test(text)
  return literal ? literalText(text, indent) : quoted(text)
}

function literalText(text: string, indent: number): string {
  const chomping = /\n\n$/.test(text) ? '+' : text.endsWith('\n') ? '' : '-'
  const lines = text.replace(/\n$/, '').split('\n')
  return `|${chomping}\n${lines.map((line) => (line === '' ? '' : ' '.repeat(indent) + line)).join('\n')}`
}

/** Without a point or an exponent YAML would read an integer. */
function floatScalar(text: string): string {
  if (text === 'NaN') return '.nan'
  if (text.endsWith('Inf')) return text.startsWith('-') ? '-.inf' : '.inf'
  const shortest = text === '-0' ? text : String(Number(text))
  return /[.e]/.test(shortest) ? shortest : `${shortest}.0`
}
