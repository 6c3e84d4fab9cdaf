import bcrypt from 'bcryptjs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { admin, argocdSecrets } from '../../lib/cluster/argocd-secret.mts'
import { holds } from '../../lib/engine/want.mts'
import { Secret } from '../../lib/secrets/secret.mts'
import { platform, useKey } from '../secrets/platform.mts'
import { fakeKube } from './fake.mts'
import type { Manifest } from '../../lib/cluster/manifest.mts'

const test = suite('argocd secret')
const { place: folder } = await platform()
const encoded = (text: string) => Buffer.from(text).toString('base64')
const secret = (data?: object) => ({ kind: 'Secret', data })

test.before(() => useKey(folder))

async function at(paths: object): Promise<{ ok: boolean, found: unknown, merged: Record<string, unknown>, done: string[] }> {
  const merged: Record<string, unknown> = {}
  const { kube, done } = fakeKube(paths as Record<string, unknown>)
  const state = admin({ ...kube, merge: async (object: Manifest) => void Object.assign(merged, object.data) }, folder)
  const found = await state.read()
  const ok = holds(state.want, found)
  if (!ok) await state.act(found)
  return { ok, found, merged, done }
}

test('the hash of the password in secrets/ is right, and nothing is written', async () => {
  const hash = await bcrypt.hash((await argocdSecrets(folder)).password.reveal(), 4)
  const { ok, done } = await at({ 'Secret argocd/argocd-secret': secret({ 'admin.password': encoded(hash), 'server.secretkey': 'x', 'tls.crt': 'x', 'tls.key': 'x' }) })
  assert.equal([ok, done], [true, []])
})

test('another password is exchanged for it, hashed, with the time from which it counts', async () => {
  const { ok, found, merged } = await at({ 'Secret argocd/argocd-secret': secret({ 'admin.password': encoded(await bcrypt.hash('changed', 4)) }) })
  assert.equal([ok, found], [false, { password: 'another one', initial: 'gone', others: [] }])
  const hash = Buffer.from((merged['admin.password'] as Secret).reveal(), 'base64').toString()
  assert.ok(/^\$2[aby]\$10\$/.test(hash) && await bcrypt.compare((await argocdSecrets(folder)).password.reveal(), hash))
  assert.match(Buffer.from((merged['admin.passwordMtime'] as Secret).reveal(), 'base64').toString(), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
})

test('where there is none it is made, and the initial one is removed', async () => {
  const { found, done } = await at({ 'Secret argocd/argocd-initial-admin-secret': secret() })
  assert.equal(found, { password: 'absent', initial: 'there', others: [] })
  assert.equal(done, ['apply Secret argocd/argocd-secret', 'remove Secret argocd/argocd-initial-admin-secret'])
})

test('another account\'s password and a token of admin\'s are taken away, and the password is left as it is', async () => {
  const hash = encoded(await bcrypt.hash((await argocdSecrets(folder)).password.reveal(), 4))
  const { ok, merged } = await at({ 'Secret argocd/argocd-secret': secret({ 'admin.password': hash, 'accounts.eve.password': 'x', 'admin.tokens': 'x' }) })
  assert.equal([ok, merged], [false, { 'accounts.eve.password': null, 'admin.tokens': null }])
})

test.run()
