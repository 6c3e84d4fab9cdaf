import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { holds } from '../../lib/engine/want.mts'
import { auditLog, keptAndBounded } from '../../lib/host/k3s-audit.mts'
import { answering } from './answering.mts'

const test = suite('k3s-audit')
const read = (text: string) => auditLog(answering(text).host)()

test('a log that is written, bounded and for root alone is kept', async () => {
  assert.equal(await read('-1|12|root 700'), { secondsAgo: 0, megabytes: 12, folder: 'root 700' })
  assert.is(holds(keptAndBounded, await read('2|12|root 700')), true)
})

test('one that stands still, that grew, that others can read, and none at all are not', async () => {
  for (const text of ['301|12|root 700', '2|900|root 700', '2|12|root 755', '999999|0|absent']) assert.is(holds(keptAndBounded, await read(text)), false, text)
})

test.run()
