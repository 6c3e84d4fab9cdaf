import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as fail2ban from '../../lib/host/fail2ban.mts'
import * as judge from '../../lib/engine/judge.mts'
import { holds } from '../../lib/engine/want.mts'
import { bench, settings } from '../engine/stage.mts'
import { answering } from './answering.mts'
import { output, recorded } from './recorded.mts'

const test = suite('fail2ban')
const declared = {
  service: 'enabled, active', jails: 'sshd', maxRetry: '5', findTime: '600', banTime: '3600',
  ignored: '10.8.0.0/24 127.0.0.0/8 ::1', patterns: 22, journal: true, action: 'nftables-multiport',
}
const nothing = { jails: 'none', maxRetry: '', findTime: '', banTime: '', ignored: '', patterns: 0, journal: false, action: '' }

recorded(test, 'fail2ban', fail2ban.parseJail, {
  'the jail as declared': declared,
  'everybody is ignored': { ...declared, ignored: '0.0.0.0/0 10.8.0.0/24 127.0.0.0/8 ::1' },
  'fail2ban is not installed': { ...nothing, service: 'not-found, inactive' },
  'fail2ban is stopped': { ...nothing, service: 'enabled, inactive' },
})

test('only the jail as declared is what is wanted', async () => {
  for (const title of ['the jail as declared', 'everybody is ignored', 'fail2ban is not installed', 'fail2ban is stopped']) {
    const { read, want } = fail2ban.jailed(answering(output('fail2ban', title)).host, settings())
    assert.is(holds(want, await read()), title === 'the jail as declared', title)
  }
})

test('the file names the port and the tunnel of the configuration', async () => {
  const { host, written } = answering('')
  await fail2ban.jailed(host, settings('SSH_PORT=2222', 'VPN_NETWORK=10.9.0.0/24')).act(undefined)
  assert.match(String(written[0]?.input), 'port = 2222')
  assert.match(String(written[0]?.input), 'ignoreip = 127.0.0.1/8 ::1 10.9.0.0/24')
})

test('a ban that is not in the rule set is red, and it is released all the same', async () => {
  const { host, written } = answering('table inet f2b-table {}')
  const { verdict } = await judge.drill(bench('apply', host), 'B30', fail2ban.bans(host), async () => [])
  assert.equal([verdict, written.map(({ script }) => script.split(' ')[3])], ['failed', ['banip', 'unbanip']])
})

test('an address that was in the rule set before proves nothing', async () => {
  const { host } = answering('elements = { 192.0.2.1 }')
  assert.is((await judge.drill(bench('apply', host), 'B30', fail2ban.bans(host), async () => [])).verdict, 'failed')
})

test('an address that comes into the rule set by the ban holds', async () => {
  const { host, written } = answering('')
  const reading = { ...host, read: async () => written.some(({ script }) => script.includes(' banip ')) ? 'elements = { 192.0.2.1 }' : '' }
  assert.is((await judge.drill(bench('apply', reading), 'B30', fail2ban.bans(reading), async () => [])).verdict, 'ok')
})

test.run()
