const PATTERN =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:([Tt ])(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?(Z|[-+]\d{2}:\d{2})?)?$/

/** A date as go-yaml takes it, in RFC 3339 (fraction trimmed, zero offset as Z), or undefined when it is none. */
export function timestamp(text: string): string | undefined {
  const found = PATTERN.exec(text)
  if (!found) return undefined
  const [, year = '', month = '', day = '', separator, hour = '0', minute = '0', second = '0', fraction = '', zone] = found
  // A zone goes with T and only with T: the other pairings stay strings.
  if (separator !== undefined && (separator === ' ') !== (zone === undefined)) return undefined
  if (!isDate(Number(year), Number(month), Number(day))) return undefined
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const offset = zoneText(zone ?? 'Z')
  if (offset === undefined) return undefined
  const digits = fraction.slice(0, 9).replace(/0+$/, '')
  const date = `${year}-${two(month)}-${two(day)}`
  return `${date}T${two(hour)}:${two(minute)}:${two(second)}${digits && `.${digits}`}${offset}`
}

/** A `lastmodified` as it enters the MAC: RFC 3339 in whole seconds; undefined when it is none. */
export function wholeSeconds(text: string): string | undefined {
  return /^\d{4}-\d\d-\d\dT/.test(text) ? timestamp(text)?.replace(/\.\d+/, '') : undefined
}

function isDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false
  // The year 2000 + n mod 400 has the same calendar, and Date.UTC reads years below 100 as 19xx.
  return day <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()
}

function zoneText(zone: string): string | undefined {
  if (/^(Z|[-+]00:00)$/.test(zone)) return 'Z'
  return Number(zone.slice(1, 3)) <= 23 && Number(zone.slice(4)) <= 59 ? zone : undefined
}

function two(digits: string): string {
  return digits.padStart(2, '0')
}
