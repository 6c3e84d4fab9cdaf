import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'

const FIXTURES = join(import.meta.dirname, '../fixtures')

type Suite = (title: string, test: () => void) => void

/** One test for each recorded output of this noun, named by its file: what its parser makes of it. */
export function recorded<T>(test: Suite, noun: string, parse: (text: string) => T, expected: Readonly<Record<string, T>>): void {
  test(`every recorded output of ${noun} is expected to be something`, () => {
    assert.equal(readdirSync(join(FIXTURES, noun)).map(file => file.replace(/\.txt$/, '')).sort(), Object.keys(expected).sort())
  })
  for (const [title, wish] of Object.entries(expected)) {
    test(title, () => assert.equal(parse(output(noun, title)), wish))
  }
}

/** A recorded output, as a host gives it back. */
export function output(noun: string, title: string): string {
  return readFileSync(join(FIXTURES, noun, `${title}.txt`), 'utf8').trimEnd()
}
