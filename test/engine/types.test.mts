import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { folder } from '../folder.mts'

const ROOT = join(import.meta.dirname, '../..')

const test = suite('types')

test('a wish of another type than the fact reads, and a state without an act, do not compile', () => {
  // Each line that is marked must be an error, and no other may be.
  const place = folder()
  writeFileSync(join(place, 'tsconfig.json'), JSON.stringify({
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: { typeRoots: [join(ROOT, 'node_modules/@types')] },
    include: [], files: [join(ROOT, 'test/fixtures/types/claims.mts')],
  }))
  const said = ((): string => {
    try {
      return String(execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['--project', place]))
    } catch (thrown) {
      return String((thrown as { stdout: Buffer }).stdout)
    }
  })()
  assert.is(said, '')
})

test.run()
