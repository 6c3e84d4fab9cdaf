/** A secret in clear: its class and its line; never the value. */
export type Finding = { what: string; line: number }

/** The number of the line of an offset, from 1. */
export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}
