import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { claimLine, GENESIS, hash, lastProof, openEvidence, place, readLines, runFiles } from '../../lib/engine/evidence.mts'
import { folder } from '../folder.mts'
import { throws } from '../rejects.mts'
import { aClaim, aRun, anEnd, record } from './written.mts'

const test = suite('evidence')
const now = new Date('2026-03-01T10:20:30.456Z')

test('a run is a file of its own, numbered, named by stem and time', () => {
  const chain = folder()
  const { file } = record(chain, '01-baseline', [aRun()], now)
  assert.is(file, join(chain, '000001-01-baseline-20260301T102030Z.jsonl'))
  assert.match(record(chain, '01-baseline', [aRun()], now).file, '000002-01-baseline')
})

test('each line links to the one before, over files too', () => {
  const chain = folder()
  const first = record(chain, '01-baseline', [aRun(), aClaim('B1'), anEnd()])
  const second = record(chain, '02-wireguard', [aRun()])
  const lines = runFiles(chain).flatMap(readLines)
  assert.equal(lines.map(({ line }) => line.prev), [GENESIS, ...lines.slice(0, -1).map(({ text }) => hash(text))])
  assert.is(second.head(), hash(lines[3]?.text ?? ''))
  assert.not.equal(first.head(), second.head())
})

test('a line is on the disk before the next one is asked for', () => {
  const evidence = openEvidence(folder(), '01-baseline', now)
  evidence.add(aRun())
  assert.is(readLines(evidence.file).length, 1)
  evidence.close()
})

test('a line that was cut short by a kill is no line, and the next run follows the last whole one', () => {
  const chain = folder()
  const killed = record(chain, '01-baseline', [aRun(), aClaim('B1')])
  appendFileSync(killed.file, '{"record":"claim","id":"B2"')
  assert.is(readLines(killed.file).length, 2)
  record(chain, '01-baseline', [aRun()])
  assert.is(readLines(runFiles(chain)[1] ?? '')[0]?.line.prev, killed.head())
})

test('a run that was killed before its first line is passed over', () => {
  const chain = folder()
  const { head } = record(chain, '01-baseline', [aRun(), anEnd()])
  writeFileSync(join(chain, '000002-01-baseline-20260301T102031Z.jsonl'), '{"rec')
  record(chain, '01-baseline', [aRun()])
  assert.match(runFiles(chain)[2] ?? '', '000003')
  assert.is(readLines(runFiles(chain)[2] ?? '')[0]?.line.prev, head())
})

test('a line that is no evidence is refused', () => {
  const { file } = record(folder(), '01-baseline', [aRun()])
  appendFileSync(file, '{"record":"claim","id":"B2"}\n')
  throws(() => readLines(file))
})

test('a file of evidence is never opened twice', () => {
  const chain = folder()
  const { file } = record(chain, '01-baseline', [aRun()], now)
  const before = readFileSync(file, 'utf8')
  record(chain, '01-baseline', [aRun()], now)
  assert.is(readFileSync(file, 'utf8'), before)
})

test('the last proof of a claim is the newest line that says ok', () => {
  const chain = folder()
  record(chain, '01-baseline', [aRun(), aClaim('B9', 'ok', 'first')])
  record(chain, '01-baseline', [aRun(), aClaim('B9', 'ok', 'second'), aClaim('B9', 'failed', 'third')])
  assert.is(lastProof(chain, 'B9')?.start, 'second')
  assert.is(lastProof(chain, 'B8'), undefined)
  assert.is(lastProof(join(chain, 'absent'), 'B9'), undefined)
})

test('a claim\'s line holds what became of it, where and under which boot', () => {
  const line = claimLine({ id: 'B1', claim: 'x', verdict: 'unverified', why: ['no route'], waived: true, start: 's', ms: 3 }, 'vps', 'boot-1', {})
  assert.equal(line, { record: 'claim', id: 'B1', claim: 'x', verdict: 'unverified', why: ['no route'], waived: true, start: 's', ms: 3, host: 'vps', boot: 'boot-1', pins: {} })
})

test('the place\'s name can be a folder\'s', () => assert.match(place(), /^[A-Za-z0-9._-]+@[A-Za-z0-9._-]+$/))

test.run()
