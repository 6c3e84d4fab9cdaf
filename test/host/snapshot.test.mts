import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { exampleConfig } from '../../lib/engine/config.mts'
import { offerSnapshot } from '../../lib/host/snapshot.mts'
import { folder } from '../folder.mts'
import { rejects } from '../rejects.mts'

const test = suite('snapshot')

async function offered(answer: string | undefined): Promise<{ taken: boolean, asked: string[] }> {
  const [file, asked] = [join(folder(), 'taken'), [] as string[]]
  await offerSnapshot({ ...exampleConfig(), SNAPSHOT: `touch ${file}` }, async question => { asked.push(question); return answer })
  return { taken: existsSync(file), asked }
}

test('where no command is configured nobody is asked', async () => {
  await offerSnapshot(exampleConfig(), async () => { throw new Error('asked') })
})

test('it is taken when the operator says so, and he sees by what', async () => {
  const { taken, asked } = await offered('y')
  assert.is(taken, true)
  assert.match(asked[0] ?? '', /^Take the provider's snapshot of local first, by touch /)
})

test('it is not taken without a yes, nor where nobody can be asked', async () => {
  for (const answer of ['', 'n', undefined]) assert.is((await offered(answer)).taken, false)
})

test('one that was wanted and failed stops the upgrade with its last words', async () => {
  const { message, facts } = await rejects(offerSnapshot({ ...exampleConfig(), SNAPSHOT: 'echo no quota >&2; exit 3' }, async () => 'yes'))
  assert.equal([message, facts.found], ['the provider\'s snapshot was not taken, so nothing was exchanged', 'no quota'])
})

test.run()
