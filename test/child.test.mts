import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { runFile, tally } from './child.mts'
import { folder } from './folder.mts'
import { counted, summary } from './summary.mts'

const test = suite('child')
const TOTALS = '\n  Total:     5\n  Passed:    4\n  Skipped:   1\n  Duration:  1ms\n'
const place = folder()

/** What becomes of a test file with this text, run for real and in silence. */
async function told(text: string, within = '30s') {
  const file = join(place, 'one.test.mts')
  writeFileSync(file, text)
  const write = process.stdout.write
  process.stdout.write = () => true
  try {
    return await runFile(file, within)
  } finally {
    process.stdout.write = write
  }
}

test('uvu\'s totals are summed over its suites, colours or not', () => {
  const { passed, failed, skipped, titles } = tally({ code: 1, late: false, output: `\u001b[31m   FAIL \u001b[39m a "b"\n${TOTALS}${TOTALS}` }, 'x', '1m')
  assert.equal([passed, failed, skipped, titles], [8, 2, 2, ['a "b"']])
})

for (const [what, ended, title] of [
  ['printed no totals', { code: 0, late: false, output: 'hello' }, 'x ran no test, and ended with 0'],
  ['ran no test', { code: 0, late: false, output: TOTALS.replaceAll(/\d/g, '0') }, 'x ran no test, and ended with 0'],
  ['died after its tests', { code: 1, late: false, output: TOTALS.replace('4', '5') }, 'x ended with 1'],
  ['was killed', { code: null, late: false, output: TOTALS.replace('4', '5') }, 'x ended with null'],
  ['was too slow', { code: null, late: true, output: '' }, 'x was ended after 1m'],
] as const) {
  test(`a file that ${what} is one failure, by name`, () => {
    const { failed, titles } = tally(ended, 'x', '1m')
    assert.equal([failed, titles], [1, [title]])
  })
}

test('a file that waits for ever is ended with all that it started', async () => {
  const { failed, ms } = await told('import { spawn } from "node:child_process"\nspawn("sleep", ["60"], { stdio: "inherit" })\nawait new Promise(resolve => setTimeout(resolve, 60_000))\n', '1500ms')
  assert.is(failed, 1)
  assert.ok(ms < 30_000)
})

test('a file that ends does not leave what it started behind', async () => {
  const { failed, ms } = await told('import { spawn } from "node:child_process"\nspawn("sleep", ["60"], { stdio: "inherit" }).unref()\nprocess.stdout.write("  Total:     1\\n  Passed:    1\\n  Skipped:   0\\n")\nprocess.exit(0)\n')
  assert.is(failed, 0)
  assert.ok(ms < 30_000)
})

test('the last line is the counts, with those that were skipped where there are any', () => {
  const one = { name: 'a', files: 1, passed: 3, failed: 0, skipped: 0, titles: [], ms: 1000 }
  const bad = { ...one, name: 'b', passed: 1, failed: 1, titles: ['b "x"'], ms: 9000 }
  assert.is(counted([{ name: 'unit', told: [one], ms: 1 }]), '3 passed, 0 failed')
  const lines = summary([{ name: 'unit', told: [one], ms: 1000 }, { name: 'lab', told: [one, bad], ms: 1 }])
  assert.equal(lines.slice(-3), ['slowest story: b, 9.0 s', 'failed: b "x"', '7 passed, 1 failed'])
  assert.is(summary([{ name: 'lab', told: [], ms: 0, left: { files: 4, why: 'no engine' } }]).at(-1), '0 passed, 0 failed, 4 skipped')
})

test.run()
