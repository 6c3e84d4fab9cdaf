import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { holds } from '../../lib/engine/want.mts'
import { clean, everything, files, gate, opened } from '../../lib/secrets/concerns.mts'
import { offerHook } from '../../lib/secrets/hook.mts'
import { identity, modes } from '../../lib/secrets/operator.mts'
import { rule } from '../../lib/secrets/recovery.mts'
import { barePlatform, nobody, platform } from './platform.mts'
import { rejects } from '../rejects.mts'

const test = suite('prepare')
const before = process.env.SOPS_AGE_KEY_FILE

test.after(() => {
  if (before === undefined) delete process.env.SOPS_AGE_KEY_FILE
  else process.env.SOPS_AGE_KEY_FILE = before
  delete process.env.RECOVERY_KEY
})

test('the age key is made once, for its owner alone', async () => {
  const { place } = await barePlatform()
  assert.equal(await identity().read(), [])
  await identity().act(undefined)
  const [recipient] = await identity().read()
  assert.match(recipient ?? '', /^age1/)
  assert.is(statSync(join(place, 'age/keys.txt')).mode & 0o777, 0o600)
  await rejects(identity().act(undefined))
  assert.equal(await identity().read(), [recipient])
})

test('the recovery key is shown once, has to be repeated, and is stored nowhere', async () => {
  const { place } = await barePlatform()
  writeFileSync(join(place, '.env'), 'HOST=192.0.2.10\nSSH_KEY=id\n')
  await identity().act(undefined)
  let shown = ''
  const asked = (answer: (key: string) => string) => async (question: string) => {
    shown = /AGE-SECRET-KEY-1[A-Z0-9]+/.exec(question)?.[0] ?? ''
    return answer(shown)
  }
  assert.is((await rejects(rule(place, asked(() => 'wrong')).act(undefined))).kind, 'input')
  assert.not.ok(existsSync(join(place, '.sops.yaml')))
  await rule(place, asked(key => key.slice(-6).toLowerCase())).act(undefined)
  const { operator, others } = await rule(place, nobody).read()
  assert.equal([operator, others.length], [true, 1])
  assert.not.match(execFileSync('cat', ['.sops.yaml', '.env', 'age/keys.txt'], { cwd: place, encoding: 'utf8' }), shown)
})

test('where nobody can be asked, the next step is said and nothing is written', async () => {
  const { place } = await barePlatform()
  writeFileSync(join(place, '.env'), 'HOST=192.0.2.10\nSSH_KEY=id\n')
  await identity().act(undefined)
  const failure = await rejects(rule(place, nobody).act(undefined))
  assert.is(failure.kind, 'input')
  assert.match(String(failure.facts.next), 'RECOVERY_RECIPIENT')
})

test('a rule without this operator is left as it is', async () => {
  const { place } = await platform()
  rmSync(join(place, 'age/keys.txt'))
  await identity().act(undefined)
  const text = readFileSync(join(place, '.sops.yaml'), 'utf8')
  assert.is((await rule(place, nobody).read()).operator, false)
  assert.match((await rejects(rule(place, nobody).act(undefined))).message, 'cannot read by it')
  assert.is(readFileSync(join(place, '.sops.yaml'), 'utf8'), text)
})

test('each concern has fresh values, and one that has a file keeps it', async () => {
  const one = await platform()
  const text = readFileSync(join(one.place, 'secrets/postgres.sops.yaml'), 'utf8')
  rmSync(join(one.place, 'secrets/backup.sops.yaml'))
  assert.not.ok((await files(one.place, nobody).read()).includes('backup'))
  await files(one.place, nobody).act(await files(one.place, nobody).read())
  assert.equal(await files(one.place, nobody).read(), files(one.place, nobody).want)
  assert.is(readFileSync(join(one.place, 'secrets/postgres.sops.yaml'), 'utf8'), text)
})

test('everything opens with the operator\'s key, and with the recovery key when it is typed', async () => {
  const { place, recovery } = await platform()
  assert.ok(holds(everything, await opened(place)()))
  process.env.RECOVERY_KEY = ` ${recovery.reveal()}\n`
  assert.is((await opened(place)()).recovery, 'opens all')
  process.env.RECOVERY_KEY = readFileSync(join(place, 'age/keys.txt'), 'utf8').split('\n').find(line => line.startsWith('AGE-')) ?? ''
  assert.is((await opened(place)()).recovery, 'opens all')
  delete process.env.RECOVERY_KEY
  rmSync(join(place, 'secrets/argocd.sops.yaml'))
  assert.not.ok(holds(everything, await opened(place)()))
})

test('a file that was edited by hand is a claim that fails, by its name', async () => {
  const { place } = await platform()
  const file = join(place, 'secrets/postgres.sops.yaml')
  writeFileSync(file, readFileSync(file, 'utf8').replace('name: postgres', 'name: other'))
  const failure = await rejects(opened(place)())
  assert.equal([failure.kind, /postgres\.sops\.yaml: MAC mismatch/.test(failure.message)], ['claim', true])
})

test('the gate is clean over what Git would take, and red over a key in clear', async () => {
  const { place } = await platform()
  execFileSync('git', ['init', '--quiet', place])
  writeFileSync(join(place, '.gitignore'), '/.env\n/age/\n/id\n')
  assert.ok(holds(clean, await gate(place)()))
  writeFileSync(join(place, 'notes'), readFileSync(join(place, 'age/keys.txt')))
  assert.not.ok(holds(clean, await gate(place)()))
})

test('keys and settings that others can read are closed', async () => {
  const { place } = await platform()
  const state = modes(place)
  chmodSync(join(place, '.env'), 0o644)
  assert.not.ok(holds(state.want, await state.read()))
  await state.act(undefined)
  assert.equal(await state.read(), { '.env': '0600', 'keys.txt': '0600', id: '0600' })
})

test('the hook is offered where there is a repository, and never over another', async () => {
  const { place } = await barePlatform()
  const hook = join(place, '.git/hooks/pre-commit')
  const asked: string[] = []
  const ask = (answer: string) => async (question: string) => { asked.push(question); return answer }
  await offerHook(place, ask('y'))
  execFileSync('git', ['init', '--quiet', place])
  await offerHook(place, nobody)
  await offerHook(place, ask('n'))
  assert.equal([asked.length, existsSync(hook)], [1, false])
  await offerHook(place, ask('yes'))
  assert.match(readFileSync(hook, 'utf8'), `PLATFORM_DIR='${place}'`)
  assert.is(statSync(hook).mode & 0o111, 0o111)
  await offerHook(place, ask('yes'))
  assert.is(asked.length, 2)
})

test.run()
