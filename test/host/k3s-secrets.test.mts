import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { holds } from '../../lib/engine/want.mts'
import { atRest, encrypted } from '../../lib/host/k3s-secrets.mts'
import { answering } from './answering.mts'

const test = suite('k3s-secrets')
const read = (text: string) => atRest(answering(text).host)()

test('every row of a Secret is encrypted', async () => {
  assert.equal(await read('Enabled\n12'), { status: 'Enabled', rows: 12, clear: [] })
  assert.is(holds(encrypted, await read('Enabled\n12')), true)
})

test('one in clear and encryption switched off are red', async () => {
  for (const text of ['Enabled\n12\n/registry/secrets/default/db', 'Disabled\n12', 'unknown\n12']) assert.is(holds(encrypted, await read(text)), false, text)
})

test.run()
