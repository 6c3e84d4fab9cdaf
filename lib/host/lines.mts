/** The lines of an output that say something, without the blanks around them. */
export function lines(text: string): string[] {
  return text.split('\n').map(line => line.trim()).filter(line => line !== '')
}
