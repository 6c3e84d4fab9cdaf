import { badInput } from '../engine/failure.mts'

const CLASSES: Record<string, string> = {
  alnum: '0-9A-Za-z', alpha: 'A-Za-z', ascii: '\\x00-\\x7f', blank: '\\t ', cntrl: '\\x00-\\x1f\\x7f', digit: '0-9', graph: '!-~',
  lower: 'a-z', print: ' -~', punct: '!-\\/:-@\\[-`{-~', space: '\\t\\n\\v\\f\\r ', upper: 'A-Z', word: '0-9A-Za-z_',
}

// Same spelling, same meaning in RE2 and in JavaScript's `u` mode.
const SHARED_ESCAPE = /^\\([dDwWbBtnrfv]|x[0-9A-Fa-f]{2}|[pP]\{\^?\w+\})/

/** A test for an unanchored RE2 regex, or undefined when RE2 refuses it; throws for what has no JavaScript spelling. */
export function goRegex(pattern: string): ((text: string) => boolean) | undefined {
  if (/\((\?=|\?!|\?<=|\?<!)|\\[1-9]/.test(pattern)) return undefined
  const [, flags = '', body = ''] = /^(?:\(\?([ims]+)\))?(.*)$/s.exec(pattern) ?? []
  let regex: RegExp
  try {
    regex = new RegExp(translate(body), `u${flags}`)
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined
    throw thrown
  }
  return (text) => regex.test(text)
}

function translate(pattern: string): string {
  let result = ''
  let inClass = false
  for (let rest = pattern; rest !== ''; ) {
    const [taken, written] = inClass ? classToken(rest) : token(rest)
    if (taken === '[' && !inClass) inClass = true
    else if (taken === ']' && inClass) inClass = false
    result += written
    rest = rest.slice(taken.length)
  }
  return result
}

/** What is taken from the front of the pattern, and what it is in JavaScript. */
function token(rest: string): [string, string] {
  if (rest.startsWith('(?P<')) return ['(?P<', '(?<']
  if (/^\(\?(?![:<])/.test(rest)) throw untranslatable(rest)
  if (rest.startsWith('\\')) return escape(rest)
  if (rest.startsWith('{') && !/^\{\d+(,\d*)?\}/.test(rest)) return ['{', '\\{']
  const repeat = /^\{\d+(,\d*)?\}/.exec(rest)?.[0]
  if (repeat !== undefined) return [repeat, repeat]
  if (rest.startsWith('}') || rest.startsWith(']')) return [rest.charAt(0), `\\${rest.charAt(0)}`]
  // A bracket that comes first in a class is a plain character.
  const first = /^\[\^?\]/.exec(rest)?.[0]
  if (first !== undefined) throw untranslatable(rest)
  return plain(rest)
}

function classToken(rest: string): [string, string] {
  const named = /^\[:(\w+):\]/.exec(rest)
  if (named) return [named[0], CLASSES[named[1] ?? ''] ?? '[']
  if (rest.startsWith('\\')) return escape(rest)
  if (rest.startsWith('[')) return ['[', '\\[']
  return plain(rest)
}

function escape(rest: string): [string, string] {
  if (rest.startsWith('\\A')) return ['\\A', '(?<![^])']
  if (rest.startsWith('\\z')) return ['\\z', '(?![^])']
  const shared = SHARED_ESCAPE.exec(rest)?.[0]
  if (shared !== undefined) return [shared, shared]
  const letter = /^\\[pP]([A-Z])/.exec(rest)
  if (letter) return [letter[0], `${letter[0].slice(0, 2)}{${letter[1]}}`]
  const code = /^\\x\{([0-9A-Fa-f]+)\}/.exec(rest)
  if (code) return [code[0], `\\u{${code[1]}}`]
  const punctuation = /^\\([!-/:-@[-`{-~])/.exec(rest)
  if (punctuation) return [punctuation[0], `\\x${(punctuation[1] ?? '').charCodeAt(0).toString(16)}`]
  throw untranslatable(rest)
}

function plain(rest: string): [string, string] {
  const character = String.fromCodePoint(rest.codePointAt(0) ?? 0)
  return [character, character]
}

function untranslatable(rest: string): Error {
  return badInput(`cannot translate the regex from ${JSON.stringify(rest)} on; use syntax that RE2 and JavaScript share`)
}
