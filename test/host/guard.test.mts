import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Failure } from '../../lib/engine/failure.mts'
import { guarded, undoLeftover } from '../../lib/host/guard.mts'
import { ARM, DISARM, UNDO_NOW } from '../../lib/host/revert-scripts.mts'
import { rejects } from '../rejects.mts'
import { answering, NOWHERE } from './answering.mts'
import type { Shell } from '../../lib/host/shell.mts'

const test = suite('guard')
const NAMES = new Map([[ARM, 'arm'], [DISARM, 'disarm'], [UNDO_NOW, 'undo']])
const revert = { paths: ['/etc/x'], reload: 'reload x' }

type Login = 'works' | 'refused' | 'lost'

/** A host with its way back, and the logins that work there, one after the other. */
function scene(logins: readonly Login[], { hears = true }: { hears?: boolean } = {}) {
  const said: string[] = []
  const { host } = answering('')
  const left = [...logins]
  const shell: Shell = {
    name: 'vps',
    async run(script) {
      said.push(NAMES.get(script) ?? script)
      if (!hears) throw new Failure('gone', {}, 'lost')
      return ''
    },
    interrupt: () => {},
    comeBack: async () => { said.push('come back'); return 1 },
    close: async () => {},
    forward: async (_address, port) => port,
    outside: {
      ...NOWHERE,
      async login() {
        const login = left.shift() ?? 'works'
        said.push(login)
        if (login !== 'works') throw new Failure('a new login failed', {}, login === 'lost' ? 'lost' : 'input')
      },
    },
  }
  const written = { ...host, write: async (script: string) => { said.push(NAMES.get(script) ?? script); return '' } }
  return { said, act: (work = async () => void said.push('act'), after = '1s') => guarded(written, shell, revert, after, work), undo: () => undoLeftover(written) }
}

test('it is armed before the act, and disarmed only by a new login', async () => {
  const { said, act } = scene(['works'])
  await act()
  assert.equal(said, ['arm', 'act', 'works', 'disarm'])
})

test('an act that cuts the operator off is undone at once where the host still hears, and the claim says so', async () => {
  const { said, act } = scene(['refused', 'works'])
  const failure = await rejects(act())
  assert.equal([failure.kind, failure.message], ['claim', 'a new login failed; the change was undone, and a new login works again'])
  assert.equal(said, ['arm', 'act', 'refused', 'undo', 'works'])
})

test('where the host does not hear, its timer is waited for, and the claim says that it came back by itself', async () => {
  const { said, act } = scene(['refused', 'works'], { hears: false })
  const { message } = await rejects(act(undefined, '50ms'))
  assert.match(message, /^a new login failed; the host undid the change by itself, and a new login works again after /)
  assert.equal(said, ['arm', 'act', 'refused', 'undo', 'works', 'true', 'come back'])
})

test('nobody who answers for a moment is asked again, and a refusal is believed at once', async () => {
  const { said, act } = scene(['lost', 'works'])
  await act()
  assert.equal(said, ['arm', 'act', 'lost', 'works', 'disarm'])
})

test('a host that lets nobody in even then is told as one', async () => {
  const { act } = scene(['refused', 'refused'])
  assert.match((await rejects(act())).message, /^a new login failed; and the host does not let anybody in after /)
})

test('an act that fails is undone, too', async () => {
  const { said, act } = scene(['works'])
  const { message } = await rejects(act(async () => { throw new Failure('sshd -t says no', { found: 'line 3' }) }))
  assert.match(message, /^sshd -t says no; the change was undone/)
  assert.equal(said, ['arm', 'undo', 'works'])
})

test('interrupted, it stays armed: the host goes back by itself', async () => {
  const { said, act } = scene(['works'])
  const failure = await rejects(act(async () => { throw new Failure('interrupted', {}, 'interrupted') }))
  assert.equal([failure.kind, said], ['interrupted', ['arm']])
})

test('what a killed run left armed is undone', async () => {
  const { said, undo } = scene([])
  await undo()
  assert.equal(said, ['undo'])
})

test.run()
