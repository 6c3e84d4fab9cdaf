import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseHeads, repository, type Repository } from '../../lib/host/ssh-git.mts'
import { newDeployKey, publicKeyOf } from '../../lib/secrets/deploy-key.mts'
import { sshKey } from '../engine/ssh-key.mts'
import { settings, stage } from '../engine/stage.mts'
import { folder } from '../folder.mts'
import { rejects } from '../rejects.mts'

const test = suite('ssh git')
const HOST_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJc5ZxBAe5V5rLSDM3WQ9dS5cQxX3Vv0q4P4rVnQ2m4L'
const place = folder()
const bare = join(place, 'platform.git')
const told = join(place, 'told')
const key = sshKey(join(place, 'id'))
const path = process.env.PATH

// Stands in the place of ssh: what would run on the server runs here; a key of the agent may read, and not write.
const STAND_IN = `#!/bin/bash
command="\${@: -1}"
echo "$SSH_AUTH_SOCK" > '${told}'
case "$*" in *IdentityFile=none*) ssh-add -L > '${told}.keys'; case "$command" in *receive-pack*) echo "ERROR: marked as read only" >&2; exit 1 ;; esac ;; esac
exec bash -c "$command"
`

const git = (...words: string[]) => execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
const headOf = (branch: string) => git('-C', bare, 'rev-parse', branch)

function there(changes: (what: string) => void = () => {}): Repository {
  return repository({ ...stage().host, changes }, settings(`GITOPS_URL=ssh://git@git.example.org${bare}`, `GITOPS_HOST_KEY=${HOST_KEY}`, `GITOPS_KEY=${key}`))
}

test.before(() => {
  mkdirSync(join(place, 'bin'))
  writeFileSync(join(place, 'bin', 'ssh'), STAND_IN)
  chmodSync(join(place, 'bin', 'ssh'), 0o755)
  process.env.PATH = `${join(place, 'bin')}:${path}`
  git('init', '--quiet', '--bare', '--initial-branch=main', bare)
  const work = join(place, 'work')
  git('clone', '--quiet', bare, work)
  writeFileSync(join(work, 'page'), 'one\n')
  git('-C', work, 'add', '--all')
  git('-C', work, 'commit', '--quiet', '-m', 'first')
  git('-C', work, 'push', '--quiet', bare, 'HEAD:refs/heads/main')
})

test.after(() => { process.env.PATH = path })

test('the commit of each branch is read', async () => {
  assert.equal(await there().heads(), { main: headOf('main') })
  assert.equal(parseHeads('nonsense\n'), {})
})

test('a clone is at the branch\'s head, and gone afterwards, also when something failed in it', async () => {
  let seen = ''
  await rejects(there().clone('main', async clone => {
    seen = clone.folder
    assert.equal([readFileSync(join(seen, 'page'), 'utf8'), await clone.head()], ['one\n', headOf('main')])
    throw new Error('broken')
  }))
  assert.not.ok(existsSync(seen))
})

test('what is committed is pushed to that branch, and its opposite too', async () => {
  const changed: string[] = []
  const pushed = await there(what => changed.push(what)).clone('main', async clone => {
    writeFileSync(join(clone.folder, 'page'), 'two\n')
    const commit = await clone.commit('second')
    await clone.push('drill')
    const during = headOf('drill')
    const opposite = await clone.revert()
    await clone.push('drill')
    return [commit === during, opposite === headOf('drill')]
  })
  assert.equal([pushed, changed], [[true, true], ['push to the branch drill', 'push to the branch drill']])
  assert.is(git('-C', bare, 'show', 'drill:page'), 'one')
})

test('the branch that Argo CD follows is never pushed to', async () => {
  const before = headOf('main')
  const failure = await rejects(there().clone('main', async clone => {
    writeFileSync(join(clone.folder, 'page'), 'three\n')
    await clone.commit('third')
    await clone.push('main')
  }))
  assert.equal([failure.kind, headOf('main')], ['input', before])
})

test('a branch that somebody moved meanwhile is left alone', async () => {
  const failure = await rejects(there().clone('main', async clone => {
    writeFileSync(join(clone.folder, 'page'), 'four\n')
    await clone.commit('fourth')
    git('-C', bare, 'branch', '--force', 'drill', 'main')
    await clone.push('drill')
  }))
  assert.match(failure.message, 'somebody moved the branch meanwhile')
})

test('where nothing may be changed, nothing is pushed', async () => {
  const before = headOf('drill')
  await rejects(there(() => { throw new Error('--verify writes nothing') }).clone('main', clone => clone.push('drill')))
  assert.is(headOf('drill'), before)
})

test('a deploy key is shown by an agent of its own: it may read, and its push is refused', async () => {
  const deploy = newDeployKey()
  assert.equal(await there().rights(deploy), { reads: 'yes', writes: 'refused' })
  assert.is(readFileSync(`${told}.keys`, 'utf8').trim(), publicKeyOf(deploy))
  assert.not.ok(existsSync(readFileSync(told, 'utf8').trim()), 'the agent is gone')
})

test('a branch that is not there is told by its name', async () => {
  assert.match((await rejects(there().clone('gone', async () => {}))).message, 'has no branch')
})

test.run()
