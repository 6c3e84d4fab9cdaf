import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { ROOT } from './groups.mts'

/** Every file under these folders of the repository whose name ends like this, by its path in it. */
export function files(folders: readonly string[], ending: string): string[] {
  return folders.filter(folder => existsSync(join(ROOT, folder))).flatMap(folder => readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith(ending))
    .map(entry => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter(file => !file.includes('/.') && !file.startsWith('test/fixtures/'))).sort()
}

export function text(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8')
}

/** A source without its comments, its texts and its regular expressions: the words of the language alone. */
export function code(file: string): string {
  return text(file)
    .replaceAll(/`(?:\\[\s\S]|[^`\\])*`|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g, '\'\'')
    .replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
}

/** The parts of a page under its headings of one level, by heading. */
export function sections(page: string, level: number): Map<string, string> {
  const parts = page.split(new RegExp(`^${'#'.repeat(level)} (?=\\S)`, 'm')).slice(1)
  return new Map(parts.map(part => {
    const [heading = '', ...lines] = part.split('\n')
    return [heading.trim(), lines.join('\n')]
  }))
}
