import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { sha256 } from '../../lib/host/sha256.mts'
import { folder } from '../folder.mts'
import { rejects } from '../rejects.mts'

const test = suite('sha256')
const place = folder()

for (const size of [0, 1, 300_000]) {
  test(`the sum of ${size} bytes is what sha256sum says`, async () => {
    const file = join(place, String(size))
    writeFileSync(file, Buffer.alloc(size, 'abc'))
    assert.is(await sha256(file), execFileSync('sha256sum', [file], { encoding: 'utf8' }).slice(0, 64))
  })
}

test('a file that is not there has no sum', async () => {
  assert.match((await rejects(sha256(join(place, 'nothing')))).message, 'ENOENT')
})

test.run()
