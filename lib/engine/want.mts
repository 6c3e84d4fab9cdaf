/** A described condition on a value that has no single right answer, so that the number found is always shown. */
export type Matcher<T> = { readonly wants: string, readonly matches: (found: T) => boolean }

/** What a claim wants of a reading: a value, or a matcher anywhere in it. */
export type Want<T> =
  | Matcher<T>
  | (T extends readonly (infer Item)[]
      ? readonly Want<Item>[]
      : T extends object
        ? { readonly [Key in keyof T]: Want<T[Key]> }
        : T)

/** Holds for numbers from `least` up. */
export function atLeast(least: number): Matcher<number> {
  return { wants: `at least ${least}`, matches: found => found >= least }
}

/** Holds for numbers up to `most`. */
export function atMost(most: number): Matcher<number> {
  return { wants: `at most ${most}`, matches: found => found <= most }
}

/** Holds for any of the values. */
export function oneOf<T>(...values: T[]): Matcher<T> {
  return { wants: `one of ${values.join(', ')}`, matches: found => values.includes(found) }
}

/** Holds for any value that was read at all: the proof is that it could be read. */
export function anything<T>(): Matcher<T> {
  return { wants: 'anything', matches: () => true }
}

/** Holds for lists with each of these items in them, whatever else there is. */
export function includes<T>(...items: T[]): Matcher<readonly T[]> {
  return { wants: `with ${items.join(', ')}`, matches: found => items.every(item => found.includes(item)) }
}

/** Holds for lists with nothing but these items in them. */
export function within<T>(...items: T[]): Matcher<readonly T[]> {
  return { wants: `nothing but ${items.join(', ')}`, matches: found => found.every(item => items.includes(item)) }
}

/** Whether what was found is what is wanted; lists in order, objects key by key in both directions. */
export function holds<T>(want: Want<T>, found: T): boolean {
  if (isMatcher(want)) return want.matches(found)
  if (!isObject(want) || !isObject(found)) return Object.is(want, found)
  if (Array.isArray(want) !== Array.isArray(found)) return false
  const keys = new Set([...Object.keys(want), ...Object.keys(found)])
  const wishes: Record<string, unknown> = want
  return [...keys].every(key => key in wishes && key in found && holds(wishes[key], found[key]))
}

/** The wish as plain JSON values, each matcher as its words. */
export function plain(want: unknown): unknown {
  if (isMatcher(want)) return want.wants
  if (Array.isArray(want)) return want.map(plain)
  if (isObject(want)) return Object.fromEntries(Object.entries(want).map(([key, value]) => [key, plain(value)]))
  return want
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isMatcher(value: unknown): value is Matcher<unknown> {
  return isObject(value) && typeof value.matches === 'function' && typeof value.wants === 'string'
}
