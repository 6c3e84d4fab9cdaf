import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { terminal } from '../../lib/engine/terminal.mts'

const test = suite('terminal')
const tty = process.stdout.isTTY

test.before(() => { process.stdout.isTTY = false })
test.after(() => { process.stdout.isTTY = tty })

/** What is written to standard output meanwhile. */
function written(work: () => void): string {
  const before = process.stdout.write
  let text = ''
  process.stdout.write = chunk => { text += String(chunk); return true }
  try {
    work()
  } finally {
    process.stdout.write = before
  }
  return text
}

test('each line ends as one', () => assert.is(written(() => terminal.say(['a', 'b'])), 'a\nb\n'))

test('where nobody looks at a screen, nothing is overwritten or waited aloud', () => {
  assert.is(written(() => terminal.waiting('B5 waiting')), '')
  assert.not.match(written(() => terminal.say(['a'])), '\u001b')
})

test('where nobody looks at a screen, lines are wide', () => assert.is(terminal.width(), 160))

test('where nobody can be asked, nothing is answered', async () => assert.is(await terminal.ask('Sure?'), undefined))

test.run()
