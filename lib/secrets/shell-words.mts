/** A command line cut into words as a POSIX shell does it, quotes and backslashes, but nothing expanded. */
export function shellWords(line: string): string[] {
  const words: string[] = []
  const pattern = /\s*((?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+)/gsy
  for (let match = pattern.exec(line); match; match = pattern.exec(line)) words.push(unquoted(match[1] ?? ''))
  return words
}

function unquoted(word: string): string {
  return word.replace(/'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/gs, (_, single?: string, double?: string, escaped?: string) => {
    return single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? ''
  })
}
