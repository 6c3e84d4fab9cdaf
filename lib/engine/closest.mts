/** The name most like `word`, when one is near enough to be what was meant: a list of one, or of none. */
export function closest(word: string, names: readonly string[]): string[] {
  const [best] = names
    .map(name => ({ name, far: distance(word.toUpperCase(), name.toUpperCase()) }))
    .sort((one, other) => one.far - other.far)
  return best && best.far <= Math.max(2, word.length / 3) ? [best.name] : []
}

/** Letters to add, drop or replace to turn one word into the other (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1]
    for (const [column, counterpart] of [...other].entries()) {
      const swapped = (row[column] ?? 0) + (letter === counterpart ? 0 : 1)
      next.push(Math.min(swapped, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row[other.length] ?? 0
}
