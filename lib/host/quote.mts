/** One word for a POSIX shell, whatever is in it; correct under dash and bash alike. */
export function quote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** Words for a POSIX shell. */
export function quoteAll(words: readonly string[]): string {
  return words.map(quote).join(' ')
}
