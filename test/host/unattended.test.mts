import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { origins, parseOrigins, upgrades, withSecurity } from '../../lib/host/unattended.mts'
import { holds } from '../../lib/engine/want.mts'
import { answering } from './answering.mts'
import { recorded } from './recorded.mts'

const test = suite('unattended')

recorded(test, 'unattended', parseOrigins, {
  'a dry run on Debian 12': [
    'origin=Debian,codename=bookworm,label=Debian', 'origin=Debian,codename=bookworm,label=Debian-Security', 'origin=Debian,codename=bookworm-security,label=Debian-Security',
  ],
  'a dry run on Ubuntu 24.04': ['o=Ubuntu,a=noble', 'o=Ubuntu,a=noble-security', 'o=UbuntuESMApps,a=noble-apps-security', 'o=UbuntuESM,a=noble-infra-security'],
  'unattended-upgrade is not installed': [],
})

test('a security archive has to be allowed and to be there', () => {
  assert.ok(holds(withSecurity, { allowed: ['o=Ubuntu,a=noble-security'], fetched: ['a=noble-security'] }))
  assert.not.ok(holds(withSecurity, { allowed: ['o=Ubuntu,a=noble'], fetched: ['a=noble-security'] }))
  assert.not.ok(holds(withSecurity, { allowed: ['o=Ubuntu,a=noble-security'], fetched: [] }))
})

test('what the host allows and what it has lists of are two readings', async () => {
  const { host } = answering(script => (script.includes('dry-run') ? 'Allowed origins are: o=X,a=x-security' : 'n=x-security'))
  assert.equal(await origins(host)(), { allowed: ['o=X,a=x-security'], fetched: ['n=x-security'] })
})

const dump = ['APT::Periodic::Enable "1";', 'APT::Periodic::Update-Package-Lists "1";', 'APT::Periodic::Unattended-Upgrade "1";', 'Unattended-Upgrade::Automatic-Reboot "false";'].join('\n')

/** Whether a host with this configuration, blacklist and state of its timers is as wanted. */
async function accepted({ config = dump, blacklist = '', timers = 'enabled, active' }): Promise<boolean> {
  const { read, want } = upgrades(answering(script => (script === 'apt-config dump' ? config : script.startsWith('apt-config') ? blacklist : timers)).host)
  return holds(want, await read())
}

test('on, with timers and without a blacklist is what is wanted', async () => assert.ok(await accepted({})))

for (const [what, found] of Object.entries({
  'a reboot of its own': { config: dump.replace('"false"', '"true"') },
  'a setting that is missing': { config: '' },
  'a blacklist': { blacklist: '".*";' },
  'a masked timer': { timers: 'masked, inactive' },
})) test(`${what} is not`, async () => assert.not.ok(await accepted(found)))

test.run()
