import { badInput } from '../engine/failure.mts'
import { goRegex } from './go-regex.mts'

/** The six ways a rule can say what is encrypted, by their names in the metadata and in `.sops.yaml`. */
export const SELECTORS = [
  'unencrypted_suffix',
  'encrypted_suffix',
  'unencrypted_regex',
  'encrypted_regex',
  'unencrypted_comment_regex',
  'encrypted_comment_regex',
] as const

export type SelectorName = (typeof SELECTORS)[number]

/** Whether a value (or a comment) with these keys is encrypted; `active` are the comments above it, level by level. */
export type Selector = (keys: string[], active: string[][], isComment: boolean) => boolean

/** The selector of a metadata block or a rule: at most one of the six, and SOPS' default when there is none. */
export function selector(given: Partial<Record<SelectorName, string>>): Selector {
  const used = SELECTORS.filter((name) => given[name])
  if (used.length > 1) throw badInput(`cannot use more than one of ${SELECTORS.join(', ')} in the same file`, { found: used.join(', ') })
  const name = used[0] ?? 'unencrypted_suffix'
  const text = given[name] ?? '_unencrypted'
  if (name.endsWith('_suffix')) {
    const hit = (keys: string[]): boolean => keys.some((key) => key.endsWith(text))
    return name === 'encrypted_suffix' ? hit : (keys) => !hit(keys)
  }
  // SOPS takes a regex it cannot compile for one that never matches.
  const matches = goRegex(text) ?? (() => false)
  switch (name) {
    case 'encrypted_regex':
      return (keys) => keys.some(matches)
    case 'unencrypted_regex':
      return (keys) => !keys.some(matches)
    case 'unencrypted_comment_regex':
      return (_, active) => !active.flat().some(matches)
    default:
      // The comment that switches encryption on stays readable itself; the ones below it do not.
      return (_, active, isComment) => (isComment ? active.flat().slice(0, -1) : active.flat()).some(matches)
  }
}
