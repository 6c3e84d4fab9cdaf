import { execFileSync } from 'node:child_process'
import { appendFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checkChain } from '../../lib/engine/chain.mts'
import { runFiles } from '../../lib/engine/evidence.mts'
import { sign } from '../../lib/engine/signature.mts'
import { folder } from '../folder.mts'
import { sshKey } from './ssh-key.mts'
import { drop, edit, editLast, flaws, heads, key, keys, resign, rewrite, untouched } from './tampering.mts'
import { aClaim, aRun, anEnd, record } from './written.mts'

const test = suite('chain')

test('an untouched chain has no flaw, and its runs are told', async () => {
  const { flaws, runs } = await checkChain(untouched, key, heads.at(-1))
  assert.equal(flaws, [])
  assert.equal(runs.map(({ start, lines, finished }) => [start.stem, lines.length, finished]), [['01-baseline', 5, true], ['02-wireguard', 5, true], ['01-baseline', 5, true]])
})

test('ssh-keygen itself accepts an untouched run', () => {
  const signers = join(keys, 'allowed_signers')
  writeFileSync(signers, `operator ${readFileSync(`${key}.pub`, 'utf8')}`)
  const [file = ''] = runFiles(untouched)
  const said = execFileSync('ssh-keygen', ['-Y', 'verify', '-f', signers, '-I', 'operator', '-n', 'evidence', '-s', `${file}.sig`], { input: readFileSync(file) })
  assert.match(String(said), 'Good "evidence" signature for operator')
})

test('an edited line is named by the line after it, and by the signature', async () => {
  assert.equal(await flaws(([, file]) => rewrite(file, edit)), [
    '000002:4 does not follow line 3: one of the two was edited, or lines between them are gone',
    '000002:0 is not signed by the operator\'s key as it stands',
  ])
})

test('an edited line that was signed again is still named', async () => {
  assert.equal(await flaws(async ([, file]) => { rewrite(file, edit); await resign(file, key) }), ['000002:4 does not follow line 3: one of the two was edited, or lines between them are gone'])
})

test('an edited last line is named by the file after it', async () => {
  const found = await flaws(async ([file]) => { rewrite(file, editLast); await resign(file, key) })
  assert.match(found[0] ?? '', '000002:1 does not follow the file before it')
})

test('an edited last line of the last file is named by the host\'s head', async () => {
  const found = await flaws(async ([, , file]) => { rewrite(file, editLast); await resign(file, key) })
  assert.equal(found, ['000003:0 the host has seen newer evidence: the chain was cut short at its end'])
})

test('a dropped line is named', async () => {
  const found = await flaws(([, file]) => rewrite(file, lines => lines.filter((_, index) => index !== 2)))
  assert.match(found[0] ?? '', '000002:3 does not follow line 2')
})

test('two lines that changed places are named', async () => {
  const found = await flaws(([, file]) => rewrite(file, ([start = '', one = '', two = '', ...rest]) => [start, two, one, ...rest]))
  assert.match(found[0] ?? '', '000002:2 does not follow line 1')
})

test('a run that lost its start is named', async () => {
  const found = await flaws(([, file]) => rewrite(file, lines => lines.slice(1)))
  assert.ok(found.includes('000002:1 a run starts in the middle, or its start is missing'), found.join('\n'))
})

test('a file signed by another key is named', async () => {
  assert.equal(await flaws(([, file]) => resign(file, sshKey(join(keys, 'another')))), ['000002:0 is not signed by the operator\'s key as it stands'])
})

test('a finished file without its signature is named', async () => {
  assert.equal(await flaws(([, file]) => rmSync(`${file}.sig`)), ['000002:0 is finished, and not signed'])
})

test('a dropped file is named by the one after it', async () => {
  const found = await flaws(([, file]) => drop(file))
  assert.ok(found.includes('000003:0 file 000002 is missing before it'), found.join('\n'))
  assert.ok(found.includes('000003:1 does not follow the file before it'), found.join('\n'))
})

test('a dropped file whose gap was closed by renaming is named all the same', async () => {
  const found = await flaws(([, second = '', third = '']) => {
    drop(second)
    for (const end of ['', '.sig']) renameSync(third + end, third.replace('000003', '000002') + end)
  })
  assert.ok(found.includes('000002:1 does not follow the file before it'), found.join('\n'))
})

test('a chain shortened at its end is named by the host\'s head', async () => {
  const found = await flaws(([, , last]) => drop(last))
  assert.equal(found, ['000002:0 the host has seen newer evidence: the chain was cut short at its end'])
})

test('a chain that was emptied is named by the host\'s head', async () => {
  const found = await flaws(files => files.forEach(drop))
  assert.is(found.length, 1)
})

test('a chain that was shortened before it went on is named by its next run', async () => {
  const found = await flaws(async ([, , last = '']) => {
    drop(last)
    const { file } = record(join(last, '..'), '01-baseline', [aRun(heads[2]), anEnd()])
    await sign(file, key)
  }, heads[1])
  assert.equal(found, ['000003:1 the host had seen evidence that is not here: the chain was cut short before this run'])
})

test('a killed run is unfinished, and no flaw', async () => {
  const chain = folder()
  const killed = record(chain, '01-baseline', [aRun(), aClaim('B1')])
  appendFileSync(killed.file, '{"record":"claim","id"')
  const next = record(chain, '01-baseline', [aRun(), anEnd()])
  await sign(next.file, key)
  const { flaws, runs } = await checkChain(chain, key, next.head())
  assert.equal([flaws, runs.map(({ finished }) => finished)], [[], [false, true]])
})

test('a line that is no record is named', async () => {
  const found = await flaws(([, file]) => rewrite(file, lines => lines.map((line, index) => (index === 2 ? 'not a record' : line))))
  assert.match(found[0] ?? '', /^000002:3 is not a record of evidence/)
})

test('a record without its fields is named', async () => {
  const found = await flaws(([, file]) => rewrite(file, lines => lines.map((line, index) => (index === 2 ? '{"record":"claim"}' : line))))
  assert.match(found[0] ?? '', /^000002:3 is not a record of evidence/)
})

test('a place without evidence has no flaw and no runs', async () => {
  assert.equal(await checkChain(join(untouched, 'absent'), key), { runs: [], flaws: [] })
})

test.run()
