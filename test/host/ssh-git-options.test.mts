import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { askedFor, hostName, isAnswer, pinnedGit, refused } from '../../lib/host/ssh-git-options.mts'
import { settings } from '../engine/stage.mts'
import { throws } from '../rejects.mts'

const test = suite('ssh git options')
const HOST_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJc5ZxBAe5V5rLSDM3WQ9dS5cQxX3Vv0q4P4rVnQ2m4L'
const asked = askedFor(settings('GITOPS_URL=ssh://git@git.example.org:2222/platform.git', `GITOPS_HOST_KEY=${HOST_KEY}`, 'GITOPS_KEY=/keys/mine'))

test('all settings that are missing are named at once', () => {
  const failure = throws(() => askedFor(settings()))
  assert.is(failure.kind, 'input')
  assert.match(failure.message, 'GITOPS_URL and GITOPS_HOST_KEY are missing')
  assert.match(throws(() => askedFor(settings('GITOPS_URL=ssh://git@git.example.org/platform.git'))).message, /^GITOPS_HOST_KEY is missing/)
})

test('without a key of its own the one for the server is shown', () => {
  assert.is(askedFor(settings('GITOPS_URL=ssh://git@h/p.git', `GITOPS_HOST_KEY=${HOST_KEY}`, 'SSH_KEY=/keys/server')).key, '/keys/server')
})

test('a server is named as known_hosts does: with its port, where that is not 22', () => {
  assert.equal(['ssh://git@h/p', 'ssh://git@h:22/p', 'ssh://git@h:2222/p', 'ssh://git@[2001:db8::1]:2222/p', 'ssh://git@[2001:db8::1]/p'].map(hostName), ['h', 'h', '[h]:2222', '[2001:db8::1]:2222', '2001:db8::1'])
})

test('Git trusts the pinned host key alone, asks nobody, and follows nobody\'s settings', () => {
  const { GIT_SSH_COMMAND = '', ...others } = pinnedGit(asked, '/tmp/a b', '/keys/mine')
  for (const words of ['ssh -F none -i /keys/mine -o IdentitiesOnly=yes', 'StrictHostKeyChecking=yes', 'UpdateHostKeys=no', 'BatchMode=yes', `'HostKeyAlias=[git.example.org]:2222'`, `'UserKnownHostsFile="/tmp/a b/known_hosts"'`]) assert.match(GIT_SSH_COMMAND, words)
  assert.equal([others.GIT_CONFIG_GLOBAL, others.GIT_CONFIG_NOSYSTEM, others.GIT_TERMINAL_PROMPT], ['/dev/null', '1', '0'])
})

test('with an agent no key but the agent\'s is shown', () => {
  assert.match(pinnedGit(asked, '/tmp/x', undefined).GIT_SSH_COMMAND ?? '', '-o IdentityFile=none')
})

for (const [said, message, answered] of [
  ['ssh: connect to host h port 22: Connection refused\nfatal: Could not read from remote repository.', /does not answer$/, false],
  ['Host key verification failed.\nfatal: Could not read from remote repository.', /is not the pinned one: nothing was sent$/, false],
  ['git@h: Permission denied (publickey).\nfatal: Could not read from remote repository.', /does not let this key in$/, true],
  ['fatal: \'/p.git\' does not appear to be a git repository', /^there is no repository at ssh:/, true],
  ['ERROR: The key you are authenticating with has been marked as read only.\nfatal: Could not read from remote repository.', /^git could not do it$/, true],
  ['To ssh://h\n ! [rejected] HEAD -> drill (stale info)\nerror: failed to push some refs', /^somebody moved the branch meanwhile/, true],
] as const) {
  test(`told by its cause: ${said.split('\n')[0]}`, () => {
    const failure = refused(asked, ['push'], said)
    assert.match(failure.message, message)
    assert.is(isAnswer(failure), answered)
  })
}

test('what did not end in time is no answer', () => assert.not.ok(isAnswer(refused(asked, ['push'], 'x', '1m'))))

test.run()
