import { badInput } from '../engine/failure.mts'

const INT64 = { least: -(2n ** 63n), most: 2n ** 63n - 1n }
const UINT64_MOST = 2n ** 64n - 1n

/** The 64-bit integer a text spells in Go's base-0 syntax (`0x`, `0b`, `0o`, leading `0`), or undefined; SOPS refuses 2^63 … 2^64-1. */
export function integer(text: string): bigint | undefined {
  const found = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/.exec(text)
  if (!found) return undefined
  const [, sign = '', hex, binary, octal, decimal] = found
  const size = BigInt(hex ? `0x${hex}` : binary ? `0b${binary}` : octal ? `0o${octal}` : (decimal ?? '0'))
  const number = sign === '-' ? -size : size
  if (number >= INT64.least && number <= INT64.most) return number
  if (sign === '' && number <= UINT64_MOST) throw badInput('cannot walk value, unknown type: uint64; quote integers from 2^63 on')
  return undefined
}

/** The double a text spells in Go's syntax, or undefined when it is none or too large. */
export function parseFloat64(text: string): number | undefined {
  if (/^[-+]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  if (/^nan$/i.test(text)) return NaN
  if (!/^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$/.test(text)) return undefined
  const number = Number(text)
  return Number.isFinite(number) ? number : undefined
}

/** The shortest digits that read back as this double, never with an exponent: `1`, `-0`, `0.00000015`, `+Inf`. */
export function floatText(number: number): string {
  if (Number.isNaN(number)) return 'NaN'
  if (!Number.isFinite(number)) return number > 0 ? '+Inf' : '-Inf'
  if (Object.is(number, -0)) return '-0'
  const [, sign = '', whole = '', fraction = '', power = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:e([-+]\d+))?$/.exec(String(number)) ?? []
  const exponent = Number(power)
  if (exponent === 0) return String(number)
  const digits = whole + fraction
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - whole.length)}${digits}`
  return sign + digits.padEnd(whole.length + exponent, '0')
}
