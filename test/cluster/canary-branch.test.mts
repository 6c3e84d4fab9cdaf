import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rejects } from '../rejects.mts'
import { HEAD } from './application.mts'
import { argo, PAGE } from './argo.mts'

const test = suite('canary branch')
const OTHER = '9'.repeat(40)
const CANARY = { head: HEAD, name: 'canary.platform.internal', page: PAGE }

test('a drill starts from the canary as Git has it', async () => {
  assert.equal(await argo().branch.before(), CANARY)
})

test('where the canary is at another commit nothing is tried', async () => {
  const { branch, heads, done } = argo()
  heads.main = OTHER
  const { message, facts } = await rejects(branch.before())
  assert.match(message, 'the canary is not what Git has')
  assert.is(facts.found, 'at 1a2b3c4, and drill is 9999999')
  assert.equal(done, [])
})

test('from the host itself nothing can be told, and nothing is tried', async () => {
  assert.is((await rejects(argo(undefined, false).branch.before())).kind, 'unverified')
})

test('the branch is put back to where the other one is now, by its note alone', async () => {
  const { branch, heads, done } = argo()
  heads.drill = OTHER
  await branch.restore(JSON.parse(JSON.stringify(CANARY)))
  assert.is(heads.drill, HEAD)
  assert.equal(done, ['push drill', 'change Application argocd/canary'])
})

test('a branch that is where it has to be is not pushed', async () => {
  const { branch, done } = argo()
  await branch.restore(CANARY)
  assert.equal(done, ['change Application argocd/canary'])
})

test('an Argo CD that looks away does not keep the branch from being put back', async () => {
  const { branch, heads } = argo('argo sleeps')
  heads.drill = OTHER
  await branch.restore(CANARY)
  assert.is(heads.drill, HEAD)
})

test.run()
