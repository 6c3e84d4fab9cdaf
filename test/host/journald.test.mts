import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { settings } from '../../lib/host/journald.mts'
import { answering } from './answering.mts'

const test = suite('journald')
const wanted = { Storage: 'persistent', SystemMaxUse: '500M' }
const said = '# /etc/systemd/journald.conf\n[Journal]\n#Storage=auto\n\n# /etc/systemd/journald.conf.d/99-runbooks.conf\n[Journal]\nStorage=persistent\nSystemMaxUse=500M'

test('a line that is commented out sets nothing', async () => {
  assert.equal(await settings(answering('[Journal]\n#Storage=auto\n').host, wanted).read(), { Storage: 'unset', SystemMaxUse: 'unset' })
})

test('the last file to name a key wins', async () => {
  assert.equal(await settings(answering(said).host, wanted).read(), wanted)
  assert.equal(await settings(answering(`${said}\n# /etc/systemd/journald.conf.d/zz.conf\n[Journal]\nSystemMaxUse=500G`).host, wanted).read(), { ...wanted, SystemMaxUse: '500G' })
})

test.run()
