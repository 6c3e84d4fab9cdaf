import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { exampleConfig, KEYS, loadConfig, parseConfig, platformFolder } from '../../lib/engine/config.mts'
import { reasons } from '../../lib/engine/failure.mts'
import { folder } from '../folder.mts'
import { throws } from '../rejects.mts'

const test = suite('config')

/** The problems of an `.env` with these lines and a right HOST. */
function problems(...lines: string[]): string[] {
  return parseConfig(['HOST=192.0.2.10', ...lines].join('\n')).problems
}

test('an address is enough', () => {
  const { config } = parseConfig('HOST=192.0.2.10')
  assert.equal([config?.HOST, config?.SSH_PORT, config?.ADMIN_USER, config?.WAIVE, config?.DISPOSABLE], ['192.0.2.10', 22, 'ops', [], false])
})

test('what is written is read in its type', () => {
  const { config } = parseConfig('HOST=vps\nSSH_PORT=2222\nDISPOSABLE=yes\nWAIVE=B18, B29\nEXTRA_LISTENERS=tcp/9999,udp/9999\nMIN_DISK_GB=12.5')
  assert.equal([config?.SSH_PORT, config?.DISPOSABLE, config?.WAIVE, config?.EXTRA_LISTENERS, config?.MIN_DISK_GB], [2222, true, ['B18', 'B29'], ['tcp/9999', 'udp/9999'], 12.5])
})

test('a setting that is left empty has its default', () => {
  assert.is(parseConfig('HOST=vps\nADMIN_USER=\nSSH_PORT=').config?.ADMIN_USER, 'ops')
})

test('without an address it is said what it is', () => {
  assert.equal(parseConfig('SSH_PORT=22').problems, ['HOST is missing: the address of the server, or local when this is the server'])
})

const WRONG: Record<string, string> = {
  'HOST=a b': 'HOST is not an address',
  'HOST=-oProxyCommand=x': 'HOST is not an address',
  'HOST_IPV6=10.0.0.1': 'HOST_IPV6 is not an IPv6 address',
  'HOST_KEY=aa:bb:cc': 'HOST_KEY is not a fingerprint: SHA256: and 43 characters',
  'SSH_PORT=ssh': 'SSH_PORT is not a number',
  'SSH_PORT=70000': 'SSH_PORT is not a port',
  'SSH_PORT=0': 'SSH_PORT has to be more than 0',
  'SSH_PORT=22.5': 'SSH_PORT is not a port',
  'ADMIN_USER=root': 'ADMIN_USER cannot be root: root is closed by 01-baseline',
  'ADMIN_USER=Ops; reboot': 'ADMIN_USER is not a user name',
  'EXTRA_LISTENERS=9100': 'EXTRA_LISTENERS is not a list such as tcp/9100,udp/123',
  'MIN_CPUS=many': 'MIN_CPUS is not a number',
  'VPN_NETWORK=10.8.0.0': 'VPN_NETWORK is not a network such as 10.8.0.0/24',
  'REVERT_AFTER=a minute': 'REVERT_AFTER is not a duration such as 90s, 3m or 90d',
  'REVERT_AFTER=0s': 'REVERT_AFTER is not a duration such as 90s, 3m or 90d',
  'DISPOSABLE=maybe': 'DISPOSABLE is neither yes nor no',
  'WAIVE=everything': 'WAIVE is not a list of claims such as B24',
}

for (const [line, problem] of Object.entries(WRONG)) {
  test(`${line} is a problem that says why`, () => assert.equal(problems(line), [problem]))
}

test('an unknown setting is answered with the one that was meant', () => {
  assert.equal(problems('ADMINUSER=me', 'GRAFANA_COLOUR=red'), ['ADMINUSER is not a setting: did you mean ADMIN_USER?', 'GRAFANA_COLOUR is not a setting'])
})

test('both sides of a conflict are named', () => {
  assert.equal(problems('ADMIN_USER=me', 'EXTRA_ACCOUNTS=you,me'), ['EXTRA_ACCOUNTS names me, which is ADMIN_USER already: remove it there'])
})

test('a repository is an address of SSH with an account, and without a password', () => {
  const url = (text: string) => problems(`GITOPS_URL=${text}`).length
  assert.equal(['ssh://git@git.example.org/platform.git', 'ssh://git@192.0.2.5:2222/srv/git/platform.git', 'ssh://git@[2001:db8::5]/p.git'].map(url), [0, 0, 0])
  for (const text of ['git@git.example.org:platform.git', 'https://git.example.org/platform.git', 'ssh://git:secret@git.example.org/p.git', 'ssh://git.example.org/p.git', 'ssh://git@git.example.org', '-oProxyCommand=x']) assert.is(url(text), 1, text)
})

test('the Git server\'s host key is a whole key without a name, and the branch no branch of the drills', () => {
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJc5ZxBAe5V5rLSDM3WQ9dS5cQxX3Vv0q4P4rVnQ2m4L'
  assert.equal(problems(`GITOPS_HOST_KEY=${key}`, 'GITOPS_BRANCH=release'), [])
  for (const line of [`GITOPS_HOST_KEY=git.example.org ${key}`, 'GITOPS_HOST_KEY=SHA256:abc', 'GITOPS_BRANCH=drill', 'GITOPS_BRANCH=--upload-pack=x']) assert.is(problems(line).length, 1, line)
})

test('all problems are told at once, with the file', () => {
  const place = folder()
  writeFileSync(join(place, '.env'), 'SSH_PORT=ssh\nADMIN_USR=me\n')
  const failure = throws(() => loadConfig(place))
  assert.is(failure.kind, 'input')
  assert.is(failure.message, `3 problems in ${join(place, '.env')}`)
  for (const name of ['HOST', 'SSH_PORT', 'ADMIN_USR']) assert.match(reasons(failure).join('\n'), name)
})

test('without a configuration the next step is the runbook that makes one', () => {
  const failure = throws(() => loadConfig(folder()))
  assert.equal([failure.kind, failure.facts.next], ['input', 'npx tsx runbooks/00-prepare.mts'])
})

test('paths are the platform folder\'s, or the home\'s', () => {
  const place = folder()
  writeFileSync(join(place, '.env'), 'HOST=vps\nSSH_KEY=keys/id\nADMIN_KEYS=keys.pub\nARTIFACTS=air-gap\nGITOPS_KEY=keys/git\n')
  writeFileSync(join(place, 'keys.pub'), '# the team\nssh-ed25519 AAAAtwo\n\nssh-ed25519 AAAAone\n')
  const { SSH_KEY, ARTIFACTS, GITOPS_KEY, keys } = loadConfig(place)
  assert.equal([SSH_KEY, ARTIFACTS, GITOPS_KEY, keys], [join(place, 'keys/id'), join(place, 'air-gap'), join(place, 'keys/git'), ['ssh-ed25519 AAAAtwo', 'ssh-ed25519 AAAAone']])
})

test('without public keys the input is wrong, and it is said how to make them', () => {
  const place = folder()
  writeFileSync(join(place, '.env'), 'HOST=vps\nSSH_KEY=/nowhere/id\n')
  assert.match(reasons(throws(() => loadConfig(place))).join('\n'), 'ssh-keygen -y -f /nowhere/id > /nowhere/id.pub')
})

test('the platform is the folder that PLATFORM_DIR names, else the repository', () => {
  const before = process.env.PLATFORM_DIR
  process.env.PLATFORM_DIR = '/srv/platform'
  assert.is(platformFolder(), '/srv/platform')
  delete process.env.PLATFORM_DIR
  assert.is(platformFolder(), join(import.meta.dirname, '../..'))
  if (before !== undefined) process.env.PLATFORM_DIR = before
})

test('the settings for listing claims are the defaults', () => {
  assert.equal([exampleConfig().HOST, KEYS.includes('HOST')], ['local', true])
})

test.run()
