import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { dropIn } from '../../lib/host/sshd-drop-in.mts'
import { answering } from './answering.mts'

const test = suite('sshd-drop-in')

test('each value is a line of its own, in order, and sshd is asked before and after', async () => {
  const { host, written } = answering('')
  await dropIn(host, '00-runbooks.conf').put({ permitrootlogin: 'no', hostkey: ['/etc/ssh/a', '/etc/ssh/b'] })
  assert.equal(written[0], { script: 'put', args: ['/etc/ssh/sshd_config.d/00-runbooks.conf'], input: 'permitrootlogin no\nhostkey /etc/ssh/a\nhostkey /etc/ssh/b\n' })
  assert.match(written[1]?.script ?? '', /^sshd -t && .* reload ssh\.service; fi$/)
})

test('a file that locks the operator out is taken back, and sshd told', () => {
  const { paths, reload } = dropIn(answering('').host, '00-runbooks.conf').revert
  assert.equal(paths, ['/etc/ssh/sshd_config.d/00-runbooks.conf'])
  assert.match(reload, /^sshd -t && systemctl reload-or-restart/)
})

test.run()
