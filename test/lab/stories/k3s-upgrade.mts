import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { having, told, type Ended, type Ground } from './ground.mts'
import { pin } from '../k3s/versions.mts'

const OLDER = 'v1.36.2+k3s1'
const NEWER = 'v1.36.3+k3s1'
const BROKEN = 'v1.36.4+k3s1'

const COPIES = '/var/lib/runbooks/k3s/copies'
const UID = 'kubectl -n default get configmap "$1" -o jsonpath={.metadata.uid} 2> /dev/null; true'

/** Raising the pin is the upgrade; what cannot go back by itself goes back by one command; a copy fits a fresh server. */
export function k3sUpgradeStories(name: string, ground: Ground): void {
  const test = suite(`${name}: upgrading K3s`)
  const { lab, run } = ground
  let kept = ''

  test.before(async () => {
    await ground.reset('tunnelled')
    await pin(lab, OLDER)
    const ended = await run('03-k3s')
    assert.equal(having(ended, 'failed', 'blocked', 'unverified'), [], told(ended))
    await lab.exec('kubectl -n default create configmap kept')
    kept = (await lab.exec(UID, 'kept')).stdout
  })

  test('a plan of an upgrade says what would restart, and touches nothing', async () => {
    await pin(lab, NEWER)
    const ended = await run('03-k3s', '--plan')
    assert.match(String(found(ended, 'K6')), `patch: ${OLDER} to ${NEWER}; restarts K3s, and the pods go on`)
    assert.equal(having(ended, 'changed', 'failed'), [], told(ended))
    assert.match((await lab.exec('k3s --version')).stdout, OLDER)
  })

  test('an upgrade copies the state first, and the pods go on', async () => {
    const started = await containers()
    const ended = await run('03-k3s')
    assert.equal(having(ended, 'failed', 'blocked', 'unverified'), [], told(ended))
    const changed = having(ended, 'changed')
    assert.ok(changed.indexOf('K9') >= 0 && changed.indexOf('K9') < changed.indexOf('K11'), changed.join(' '))
    assert.match(String(found(ended, 'K9')), new RegExp(`^copied: .*-${OLDER.replace('+', '\\+')}$`))
    assert.equal(found(ended, 'K12'), { api: NEWER, kubelets: [NEWER] })
    assert.equal(await containers(), started)
    assert.equal(having(await run('03-k3s'), 'changed', 'failed'), [])
  })

  test('going back by the pin is refused, and touches nothing', async () => {
    await pin(lab, OLDER)
    const ended = await run('03-k3s')
    assert.equal([having(ended, 'failed'), having(ended, 'changed')], [['K6'], []], told(ended))
    assert.match((await lab.exec('k3s --version')).stdout, NEWER)
  })

  test('a version that does not start is red with the way back, which gives back version and state', async () => {
    await pin(lab, BROKEN)
    const ended = await run('03-k3s')
    assert.equal(having(ended, 'failed'), ['K11'], told(ended))
    assert.match(told(ended), /did not start[\s\S]*03-k3s\.mts --rollback/)
    const back = await run('03-k3s', '--rollback')
    assert.equal([having(back, 'failed', 'blocked', 'unverified'), having(back, 'changed')], [[], ['K37']], told(back))
    assert.is(found(back, 'K38'), NEWER)
    assert.is((await lab.exec(UID, 'kept')).stdout, kept)
    await pin(lab, NEWER)
    const again = await run('03-k3s')
    assert.equal(having(again, 'failed', 'blocked', 'unverified'), [], told(again))
  })

  test('a rollback loses what was written since the copy, and nothing else', async () => {
    await lab.exec(`kubectl -n default create configmap since; rm -f /var/lib/rancher/k3s/server/db/restored-from`)
    const back = await run('03-k3s', '--rollback')
    assert.equal(having(back, 'failed', 'blocked', 'unverified'), [], told(back))
    assert.equal([(await lab.exec(UID, 'kept')).stdout, (await lab.exec(UID, 'since')).stdout], [kept, ''])
  })

  test('on a fresh server a copy gives the same objects back, by UID', async () => {
    await run('03-k3s', '--only', 'K28')
    const { stdout: archive } = await lab.exec(`tar -C ${COPIES} -c "$(ls ${COPIES} | sort | tail -n 1)" | base64 -w 0`)
    await ground.reset('tunnelled')
    const fresh = await run('03-k3s')
    assert.equal(having(fresh, 'failed', 'blocked', 'unverified'), [], told(fresh))
    assert.is((await lab.exec(UID, 'kept')).stdout, '')
    await lab.exec(`rm -rf ${COPIES}/*`)
    for (let at = 0; at < archive.length; at += 100_000) await lab.exec('printf %s "$1" >> /root/copy', archive.slice(at, at + 100_000))
    await lab.exec(`base64 -d < /root/copy | tar -C ${COPIES} -x`)
    const back = await run('03-k3s', '--rollback')
    assert.equal(having(back, 'failed', 'blocked', 'unverified'), [], told(back))
    assert.is((await lab.exec(UID, 'kept')).stdout, kept)
    const ended = await run('03-k3s')
    assert.equal(having(ended, 'failed', 'blocked', 'unverified'), [], told(ended))
  })

  test.run()

  /** Every container of the system's pods with the moment it was started. */
  async function containers(): Promise<string[]> {
    const { stdout } = await lab.exec(`kubectl -n kube-system get pods -o go-template='{{range .items}}{{$pod := .metadata.name}}{{range .status.containerStatuses}}{{$pod}} {{.name}} {{.state.running.startedAt}}{{"\\n"}}{{end}}{{end}}'`)
    return stdout.trim().split('\n').sort()
  }
}

function found({ claims }: Ended, id: string): unknown {
  return claims.find(claim => claim.id === id)?.found
}
