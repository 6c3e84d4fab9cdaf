import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { argocdSecrets } from '../../lib/cluster/argocd-secret.mts'
import { credentials, serverOf } from '../../lib/cluster/argocd-repository.mts'
import { newDeployKey, publicKeyOf } from '../../lib/secrets/deploy-key.mts'
import { holds } from '../../lib/engine/want.mts'
import { settings } from '../engine/stage.mts'
import { platform, useKey } from '../secrets/platform.mts'
import { fakeKube } from './fake.mts'

const test = suite('argocd repository')
const { place: folder } = await platform()
const HOST_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJc5ZxBAe5V5rLSDM3WQ9dS5cQxX3Vv0q4P4rVnQ2m4L'
const config = settings('GITOPS_URL=ssh://git@git.example.org:2222/platform.git', `GITOPS_HOST_KEY=${HOST_KEY}`)
const PATH = '/api/v1/namespaces/argocd/secrets?labelSelector=argocd.argoproj.io/secret-type'
const HOSTS = { data: { ssh_known_hosts: `[git.example.org]:2222 ${HOST_KEY}\n` } }

test.before(() => useKey(folder))

const own = async () => (await argocdSecrets(folder)).key.reveal()

function secret(key: string, more: Record<string, string> = {}, name = 'git-server', type = 'repo-creds'): object {
  const data = { type: 'git', url: 'ssh://git@git.example.org:2222/', sshPrivateKey: key, ...more }
  return { metadata: { name, labels: { 'argocd.argoproj.io/secret-type': type } }, data: Object.fromEntries(Object.entries(data).map(([field, value]) => [field, Buffer.from(value).toString('base64')])) }
}

async function at(secrets: object[], hosts: unknown = HOSTS): Promise<{ ok: boolean, found: { secrets: object, key: string }, done: string[] }> {
  const { kube, done } = fakeKube({ [PATH]: secrets, 'ConfigMap argocd/argocd-ssh-known-hosts-cm': hosts })
  const state = credentials(kube, config, folder)
  const found = await state.read()
  const ok = holds(state.want, found)
  if (!ok) await state.act(found)
  return { ok, found, done }
}

test('the key in secrets/ and the pinned host key, and nothing is written', async () => {
  const { ok, done } = await at([secret(await own())])
  assert.equal([ok, done], [true, []])
})

test('another key is told by its public half, and exchanged', async () => {
  const other = newDeployKey()
  const { ok, found, done } = await at([secret(other.reveal())])
  assert.equal([ok, found.key], [false, publicKeyOf(other)])
  assert.ok(done.includes('change Secret argocd/git-server') && !done.includes('remove Secret argocd/git-server'), done.join('\n'))
})

test('where it also says to take any host key, it is made anew', async () => {
  const { ok, found, done } = await at([secret(await own(), { insecure: 'true' })])
  assert.equal([ok, found.secrets, done[0]], [false, { 'git-server': 'repo-creds git ssh://git@git.example.org:2222/ insecure' }, 'remove Secret argocd/git-server'])
})

test('credentials for somewhere else, and for another cluster, are red, and never removed', async () => {
  for (const type of ['repository', 'cluster']) {
    const { ok, done } = await at([secret(await own()), secret('x', {}, 'other', type)])
    assert.equal([ok, done.includes('remove Secret argocd/other')], [false, false])
  }
})

test('a second host key, or the makers\' own list, is red', async () => {
  assert.equal([(await at([secret(await own())], { data: { ...HOSTS.data, more: 'h ssh-rsa AAAA' } })).ok, (await at([secret(await own())], { data: { ssh_known_hosts: 'github.com ssh-ed25519 AAAA' } })).ok, (await at([secret(await own())], null)).ok], [false, false, false])
})

test('what a server\'s repositories begin with is its address up to the first slash', () => {
  assert.equal(['ssh://git@h/a/b.git', 'ssh://git@[2001:db8::1]:2222/a.git'].map(serverOf), ['ssh://git@h/', 'ssh://git@[2001:db8::1]:2222/'])
})

test.run()
