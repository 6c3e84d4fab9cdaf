import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { folder } from '../folder.mts'
import { PLAY, play, playhouse, start } from './playhouse.mts'

const test = suite('main')
const BASELINE = join(import.meta.dirname, '../../runbooks/01-baseline.mts')
const K3S = join(import.meta.dirname, '../../runbooks/03-k3s.mts')

test('help lists the claims in order with what they disturb, and needs no configuration', async () => {
  const { code, out } = await play({ folder: folder() }, '--help')
  assert.is(code, 0)
  assert.match(out, /^npx tsx runbooks\/90-play\.mts \[options\]$/m)
  assert.match(out, /^ {2}X1 {3}ensure the lamp is on$/m)
  assert.match(out, /^ {2}X5 {3}drill {2}the lamp comes back \(disturbs: node\)$/m)
})

test('what a runbook only shows is listed, printed, and needs a word', async () => {
  const place = playhouse()
  assert.match((await play({ folder: folder() }, '--help')).out, /^ {2}--song NAME {10}prints a song$/m)
  assert.equal([(await play(place, '--song', 'blue')).out.split(' ')[0], (await play(place, '--song')).code, (await play(place, '--song', 'blue', '--plan')).code], ['blue', 2, 2])
})

test('a runbook\'s other list of claims is run by its option, wherever that stands', async () => {
  const help = async (...args: string[]) => (await start({ folder: folder() }, args, K3S).told).out
  assert.match(await help('--help'), /^ {2}--rollback +version and state of the newest copy/m)
  for (const args of [['--rollback', '--help'], ['--help', '--rollback']]) assert.match(await help(...args), /\n {2}K36 {2}check .*\n {2}K37 {2}ensure .*\n {2}K38 {2}check .*\n$/)
})

test('an unknown option is bad input, one line, without a stack', async () => {
  const { code, err, out } = await play(playhouse(), '--force')
  assert.equal([code, out], [2, ''])
  assert.match(err, /^90-play: unknown option '--force'/m)
  assert.not.match(err, '    at ')
})

test('a configuration with problems is bad input, all of them at once', async () => {
  const { code, err } = await start(playhouse('SSH_PORT=x', 'ADMIN_USR=me'), [], BASELINE).told
  assert.is(code, 2)
  assert.match(err, /^01-baseline: 2 problems in /)
  assert.match(err, 'did you mean ADMIN_USER?')
})

test('a runbook that is only imported does nothing', async () => {
  const place = folder()
  const importer = join(place, 'importer.mts')
  writeFileSync(importer, `import { play } from ${JSON.stringify(PLAY)}\nconsole.log(play.stem)\n`)
  const { code, out } = await start({ folder: place }, [], importer).told
  assert.equal([code, out], [0, '90-play\n'])
})

test.run()
