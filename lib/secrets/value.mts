import { badInput } from '../engine/failure.mts'
import { floatText, integer, parseFloat64 } from './number.mts'
import { timestamp } from './timestamp.mts'

/** SOPS' word for the type of a value; null never leaves the file, so it has no word in a ciphertext. */
export type Kind = 'str' | 'int' | 'float' | 'bool' | 'time' | 'bytes' | 'comment' | 'null'

/** A scalar as SOPS sees it: its kind, and the canonical bytes that are encrypted and enter the MAC. */
export type Value = { kind: Kind; bytes: Buffer }

const CONSTANTS = new Map<string, Value>([
  ...['', '~', 'null', 'Null', 'NULL'].map((text) => [text, value('null', '')] as const),
  ...['true', 'True', 'TRUE'].map((text) => [text, value('bool', 'True')] as const),
  ...['false', 'False', 'FALSE'].map((text) => [text, value('bool', 'False')] as const),
  ...['.nan', '.NaN', '.NAN'].map((text) => [text, value('float', 'NaN')] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((text) => [text, value('float', '+Inf')] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((text) => [text, value('float', '-Inf')] as const),
])

const TAGS: Record<string, Kind> = { int: 'int', float: 'float', bool: 'bool', timestamp: 'time', null: 'null' }

/** A value of this kind; a string stands for its UTF-8 bytes. */
export function value(kind: Kind, bytes: Buffer | string): Value {
  return { kind, bytes: typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes }
}

/** A plain YAML scalar typed as SOPS types it (go-yaml v3, not YAML 1.2): `017` is 15, `yes` is a string. */
export function plainValue(text: string): Value {
  const constant = CONSTANTS.get(text)
  if (constant) return constant
  if (text.startsWith('.')) {
    const number = parseFloat64(text)
    return number === undefined ? value('str', text) : value('float', floatText(number))
  }
  if (!/^[-+0-9]/.test(text)) return value('str', text)
  const time = timestamp(text)
  return time === undefined ? number(text) : value('time', time)
}

/** A scalar under an explicit core tag (`int`, `binary` …); any other tag is lost and leaves a string. */
export function taggedValue(tag: string, text: string): Value {
  if (tag === 'binary') return value('str', decodeBase64(text))
  const wanted = TAGS[tag]
  if (wanted === undefined) return value('str', text)
  const found = wanted === 'time' || CONSTANTS.has(text) ? plainValue(text) : number(text)
  if (found.kind === wanted) return found
  if (wanted === 'float' && found.kind === 'int') return value('float', floatText(Number(found.bytes)))
  throw badInput(`a value tagged !!${tag} cannot be read as one`)
}

/** Decrypted bytes under their type word, made canonical; throws for an unknown word or bytes it does not fit. */
export function decryptedValue(word: string, bytes: Buffer): Value {
  const text = bytes.toString('utf8')
  switch (word) {
    case 'str':
    case 'bytes':
    case 'comment':
      return value(word, bytes)
    case 'int':
      if (/^[-+]?[0-9]+$/.test(text)) return value('int', BigInt(text.replace('+', '')).toString())
      break
    case 'float': {
      const number = parseFloat64(text)
      if (number !== undefined) return value('float', floatText(number))
      break
    }
    case 'bool':
      if (/^(1|t|T|TRUE|true|True)$/.test(text)) return value('bool', 'True')
      if (/^(0|f|F|FALSE|false|False)$/.test(text)) return value('bool', 'False')
      break
    case 'time': {
      const time = text.includes('T') ? timestamp(text) : undefined
      if (time !== undefined) return value('time', time)
      break
    }
    default:
      throw badInput(`unknown datatype: ${word}`)
  }
  throw badInput(`the decrypted bytes are no ${word}`)
}

function number(text: string): Value {
  const plain = text.replaceAll('_', '')
  const whole = integer(plain)
  if (whole !== undefined) return value('int', whole.toString())
  const float = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(plain) ? parseFloat64(plain) : undefined
  return float === undefined ? value('str', text) : value('float', floatText(float))
}

function decodeBase64(text: string): Buffer {
  const packed = text.replace(/[\r\n]/g, '')
  const bytes = Buffer.from(packed, 'base64')
  if (bytes.toString('base64') !== packed) throw badInput('a !!binary value holds invalid base64')
  return bytes
}
