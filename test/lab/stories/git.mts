import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { folder } from '../../folder.mts'
import { isSet } from '../dotenv.mts'
import { CRDS } from '../git-crds.mts'
import { git, remoteGit, type Remote } from '../git.mts'
import { deliver, OWN } from '../gitops.mts'
import { sshKey } from '../ssh-key.mts'
import type { Ground } from './ground.mts'

const TAG = 'v0.93.1'

/** The Git server that a platform is read from, and the repository as it is handed over. */
export function gitStories(name: string, { lab }: Ground): void {
  const test = suite(`${name}: the Git server`)
  const from = folder()
  const server = lab.git
  let operator: Remote
  let reader: Remote
  const heads = async (remote: Remote) => (await remoteGit(from, ['ls-remote', remote.url], remote)).split('\n').filter(line => line !== '' && !line.endsWith('HEAD'))
  const says = async (work: Promise<unknown>) => work.then(() => 'nothing', thrown => String((thrown as { facts?: { found?: string } }).facts?.found))

  test.before(async () => {
    mkdirSync(join(from, 'apps'))
    writeFileSync(join(from, 'root.yaml'), `spec: { source: { repoURL: "${OWN}", path: gitops/apps } }\n`)
    writeFileSync(join(from, 'apps/prometheus-crds.yaml'), `spec: { source: { repoURL: "${CRDS.url}", targetRevision: ${TAG} } }\n`)
    const [url, hostKey] = [server.url('platform'), await server.hostKey()]
    operator = { url, hostKey, key: (await sshKey(lab.platformDir)).path }
    reader = { url, hostKey, key: (await sshKey(folder())).path }
    await lab.snapshot('empty')
  })

  test('it is reached by the operator, over both families, and by nobody without a key', async () => {
    assert.equal(await heads(operator), [])
    assert.equal(await heads({ ...operator, url: `ssh://git@[${server.ipv6}]/platform.git` }), [])
    assert.match(await says(heads(reader)), /Permission denied \(publickey\)/)
    for (const user of ['git', 'root']) assert.match((await lab.stranger.exec('ssh -o BatchMode=yes "$1@$2" id', user, server.ipv4)).stderr, /Permission denied \(publickey\)/)
  })

  test('a platform is handed over in two commits, and a second time in none', async () => {
    await deliver(lab, from)
    const first = await heads(operator)
    await deliver(lab, from)
    assert.equal([first.length, await heads(operator)], [1, first])
    assert.equal((await git(lab.platformDir, ['log', '--format=%s'])).split('\n').length, 2)
    assert.equal((await git(lab.platformDir, ['show', '--stat=200', '--format=', '--name-only'])).split('\n'), ['gitops/apps/prometheus-crds.yaml', 'gitops/root.yaml'])
    assert.match(readFileSync(join(lab.platformDir, 'gitops/root.yaml'), 'utf8'), `"${server.url('platform')}"`)
    assert.is(await git(lab.platformDir, ['show', 'HEAD~:gitops/root.yaml']), readFileSync(join(from, 'root.yaml'), 'utf8').trim())
    for (const [key, value] of Object.entries({ GITOPS_URL: operator.url, GITOPS_HOST_KEY: `"${operator.hostKey}"`, GITOPS_BRANCH: 'main', GITOPS_KEY: operator.key })) assert.ok(await isSet(lab.platformDir, key, value), key)
  })

  test('what is changed in the repository is handed over, and nothing that was there is lost', async () => {
    const [before = ''] = await heads(operator)
    writeFileSync(join(from, 'apps/more.yaml'), `spec: { source: { repoURL: "${OWN}" } }\n`)
    await deliver(lab, from)
    const [after = ''] = await heads(operator)
    assert.is.not(after, before)
    assert.is(await git(lab.platformDir, ['merge-base', '--is-ancestor', before.split('\t')[0] ?? '', 'HEAD']), '')
  })

  test('a key that may read does so, and neither pushes nor runs anything', async () => {
    await server.letRead((await sshKey(join(reader.key, '..'))).public)
    assert.equal(await heads(reader), await heads(operator))
    await remoteGit(from, ['clone', '--quiet', reader.url, join(folder(), 'clone')], reader)
    assert.match(await says(remoteGit(lab.platformDir, ['push', reader.url, 'HEAD:refs/heads/drill'], reader)), 'this key may read, and not push')
    for (const who of [reader, operator]) assert.match(await says(remoteGit(from, ['ls-remote', '--upload-pack=id', who.url], who)), 'this server serves Git, and nothing else')
    assert.is((await heads(operator)).length, 1)
  })

  test('a server with another host key is not spoken to', async () => {
    const hostKey = (await sshKey(folder())).public.split(' ').slice(0, 2).join(' ')
    assert.match(await says(heads({ ...operator, hostKey })), /Host key verification failed/)
  })

  test('a snapshot keeps the repositories and who may read them, and a bare lab has none', async () => {
    await remoteGit(lab.platformDir, ['push', '--quiet', operator.url, 'HEAD:refs/heads/drill'], operator)
    const kept = await heads(operator)
    assert.is(kept.length, 2)
    await lab.snapshot('delivered')
    await remoteGit(lab.platformDir, ['push', '--quiet', operator.url, ':refs/heads/drill'], operator)
    await lab.reset({ from: 'delivered' })
    assert.equal([await heads(operator), await heads(reader)], [kept, kept])
    await lab.reset({ from: 'empty' })
    assert.equal(await heads(operator), [])
    assert.match(await says(heads(reader)), /Permission denied \(publickey\)/)
    await lab.reset()
    assert.equal(await heads(operator), [])
  })

  test('the host reaches it', async () => {
    assert.match((await lab.exec('exec 3<> /dev/tcp/"$1"/22; head -c 4 <&3', server.ipv4)).stdout, 'SSH-')
  })

  test.run()
}
