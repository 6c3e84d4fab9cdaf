import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { tool } from './tool.mts'

const test = suite('an edit of secrets')
const { home, path, original, start, run, answering, editor, leftovers, remove } = await tool()

// Breaks the YAML the first time, and mends it the next.
const HASTY = 'if grep -q "^ a: " "$1"; then sed -i "/^ a: /d; s/canary-1234/mended/" "$1"; else echo " a: [" >> "$1"; fi'

/** Waits until an editor has made its mark. */
async function appears(mark: string): Promise<void> {
  for (let tries = 0; tries < 600 && !existsSync(mark); tries++) await pause(100)
}

test.before.each(() => writeFile(path, original))

test('an edit is written back, and its file was 0600, in memory, and is gone', async () => {
  const log = join(home, 'seen')
  const script = await editor('good', `stat -c %a "$1" > ${log}; stat -f -c %T "$1" >> ${log}; stat -c %a "$(dirname "$1")" >> ${log}; sed -i s/canary-1234/edited/ "$1"`)
  const { code, stderr } = await run(['edit', 'mail'], { editor: script })
  assert.is(code, 0, stderr)
  assert.is(await readFile(log, 'utf8'), '600\ntmpfs\n700\n')
  assert.match((await run(['show', 'mail'])).stdout, /password: edited/)
  assert.equal(await leftovers(), [])
})

test('an edit that changes nothing leaves the file as it is', async () => {
  assert.match((await run(['edit', 'mail'])).stdout, /unchanged/)
  assert.is(await readFile(path, 'utf8'), original)
})

for (const [name, body, reason] of [['fails', 'exit 3', /ended with 3/], ['breaks the YAML', 'echo "\ta: [" >> "$1"', /cannot read the YAML/], ['adds a sops entry', 'echo "sops: x" >> "$1"', /called sops/]] as const) {
  test(`when the editor ${name} nothing changes, nothing stays, and it is said`, async () => {
    const { code, stderr } = await run(['edit', 'mail'], { editor: await editor('bad', body) })
    assert.is(code, 1)
    assert.match(stderr, reason)
    assert.match(stderr, /nothing was changed/)
    assert.is(await readFile(path, 'utf8'), original)
    assert.equal(await leftovers(), [])
  })
}

for (const [answer, code, password] of [['\r', 0, 'mended'], ['y\r', 0, 'mended'], ['n\r', 1, 'canary-1234'], ['\u0003', 130, 'canary-1234']] as const) {
  test(`on a terminal a text that is refused can be mended: ${JSON.stringify(answer)} ends with ${code}`, async () => {
    const told = await answering(await editor('hasty', HASTY), answer)
    assert.is(told.code, code, told.screen)
    assert.match((await run(['show', 'mail'])).stdout, `password: ${password}`)
    assert.equal(await leftovers(), [])
  })
}

test('an editor that is not there is said', async () => {
  const { code, stderr } = await run(['edit', 'mail'], { editor: '/nonexistent/editor' })
  assert.is(code, 2)
  assert.match(stderr, /cannot be started/)
  assert.equal(await leftovers(), [])
})

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`${signal} during an edit ends with 130 and leaves nothing`, async () => {
    const mark = join(home, `waiting-${signal}`)
    const { ended, kill } = start(['edit', 'mail'], { editor: await editor('slow', `touch ${mark}; exec sleep 120`) })
    await appears(mark)
    assert.is((await leftovers()).length, 1)
    kill(signal)
    const { code, stderr } = await ended
    assert.is(code, 130, stderr)
    assert.equal(await leftovers(), [])
    assert.is(await readFile(path, 'utf8'), original)
  })
}

test('what a killed edit left behind is removed by the next one', async () => {
  const mark = join(home, 'killed')
  const { ended, kill } = start(['edit', 'mail'], { editor: await editor('dies', `touch ${mark}; exec sleep 3`) })
  await appears(mark)
  kill('SIGKILL')
  await ended
  assert.is((await leftovers()).length, 1)
  assert.is((await run(['edit', 'mail'])).code, 0)
  assert.equal(await leftovers(), [])
})

test('a file changed by someone else during an edit is not overwritten', async () => {
  const { code, stderr } = await run(['edit', 'mail'], { editor: await editor('race', `sed -i s/canary/mine/ "$1"; echo >> ${path}`) })
  assert.is(code, 1)
  assert.match(stderr, /changed by someone else/)
  assert.is(await readFile(path, 'utf8'), `${original}\n`)
})

test.after(remove)

test.run()
