import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as configFile from '../../lib/engine/config-file.mts'
import { parseConfig } from '../../lib/engine/config.mts'
import * as judge from '../../lib/engine/judge.mts'
import { folder } from '../folder.mts'
import { rejects } from '../rejects.mts'
import { sshKey } from './ssh-key.mts'
import { bench } from './stage.mts'

const test = suite('config file')

test('one that is missing is made from the example, for its owner alone, with the operator\'s answer', async () => {
  const place = folder()
  const { verdict } = await judge.ensure(bench('apply'), configFile.present(place, async question => (/server/.test(question) ? '192.0.2.10' : '')))
  assert.is(verdict, 'changed')
  const file = join(place, '.env')
  assert.is(statSync(file).mode & 0o777, 0o600)
  assert.equal(parseConfig(readFileSync(file, 'utf8')).problems, [])
  appendFileSync(file, `SSH_KEY=${sshKey(join(place, 'id'))}\n`)
  assert.is(await configFile.host(place)(), '192.0.2.10')
})

test('where nobody can be asked it is made all the same, and says what is missing', async () => {
  const place = folder()
  await judge.ensure(bench('apply'), configFile.present(place, async () => undefined))
  const failure = await rejects(configFile.host(place)())
  assert.equal([failure.kind, /HOST is missing/.test(String(failure.facts.found))], ['input', true])
})

test('one that is there is left as it is', async () => {
  const place = folder()
  writeFileSync(join(place, '.env'), 'HOST=mine\n')
  const state = configFile.present(place, async () => 'another')
  assert.is((await judge.ensure(bench('apply'), state)).verdict, 'ok')
  await rejects(state.act(undefined))
  assert.is(readFileSync(join(place, '.env'), 'utf8'), 'HOST=mine\n')
})

test.run()
