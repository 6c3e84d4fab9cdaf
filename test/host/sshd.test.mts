import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as sshd from '../../lib/host/sshd.mts'
import { holds } from '../../lib/engine/want.mts'
import { settings } from '../engine/stage.mts'
import { rejects } from '../rejects.mts'
import { answering } from './answering.mts'
import { output } from './recorded.mts'

const test = suite('sshd')
const everybody = output('sshd', 'everybody gets the same')
const one = output('sshd', 'a Match block allows one user passwords')
const wanted = { passwordauthentication: 'no', permitrootlogin: 'no' }

test('a setting that everybody gets is its value', () => {
  const { passwordauthentication, permitopen } = sshd.parseEffective(everybody)
  assert.equal([passwordauthentication, permitopen], ['no', '127.0.0.1:6443'])
})

test('a setting that one user gets differently shows both, and who gets which', () => {
  const { passwordauthentication = '', permitrootlogin } = sshd.parseEffective(one)
  assert.match(passwordauthentication, /^yes \(user=debian,.*\), no \(user=root,/)
  assert.is(permitrootlogin, 'no')
})

test('a setting that differs for one is not what is wanted', async () => {
  for (const [text, holding] of [[everybody, true], [one, false], ['', false]] as const) {
    const { read, want } = sshd.settings(answering(text).host, settings(), wanted)
    assert.is(holds(want, await read()), holding)
  }
})

test('it is asked for the admin and for root, from outside, from the tunnel and from the host itself', async () => {
  const asked: string[] = []
  await sshd.settings(answering((_, args) => { asked.push(...args); return '' }).host, settings('VPN_NETWORK=10.9.0.0/24'), wanted).read()
  assert.is(asked.length, 6)
  for (const from of ['192.0.2.1', '10.9.0.2', '127.0.0.1']) for (const user of ['ops', 'root']) assert.ok(asked.includes(`user=${user},host=${from},addr=${from}`), `${user} ${from}`)
})

test('what could cut the operator off has its way back', () => {
  const { revert } = sshd.settings(answering('').host, settings(), wanted)
  assert.equal(revert?.paths, ['/etc/ssh/sshd_config.d/00-runbooks.conf'])
})

test('what a login is offered is seen from outside alone', async () => {
  assert.equal(await sshd.methodsOffered(answering('', { offers: async user => [user] }).host, 'root')(), ['root'])
  assert.is((await rejects(sshd.methodsOffered(answering('').host, 'root')())).kind, 'unverified')
})

test('a login that is refused is red, and none that could be made is unverified', async () => {
  assert.is(await sshd.freshLogin(answering('', {}).host)(), 'root')
  assert.is((await rejects(sshd.freshLogin(answering('', { login: async () => { throw new Error('refused') } }).host)())).message, 'refused')
  assert.is((await rejects(sshd.freshLogin(answering('').host)())).kind, 'unverified')
})

test.run()
