import { dirname } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { artifacts, VERSIONS } from '../k3s/artifacts.mts'
import { mirror, type Fault, type Mirror } from '../mirror.mts'
import { operator } from './fixes.mts'
import { having, told, type Ground } from './ground.mts'

// What each fault of a mirror is called in the line that reports it.
const REFUSED: readonly (readonly [Fault, RegExp])[] = [
  ['wrong', /expected[\s\S]*found/],
  ['cut', /3 tries/],
  ['busy', /503/],
  ['missing', /404/],
]

/** The way the genuine release comes: from the addresses in versions.yaml, in the shape of the official ones. */
export function k3sMirrorStories(name: string, ground: Ground): void {
  const test = suite(`${name}: K3s from a mirror`)
  let from: Mirror

  test.before(async () => {
    await ground.reset('tunnelled')
    from = await mirror(dirname((await artifacts()).dir(VERSIONS.current)))
    await operator(ground.lab, `
      sed -i /^ARTIFACTS=/d .env
      sed -i 's#https://github.com#${from.url}#; s#https://raw.githubusercontent.com#${from.url}#' versions.yaml
    `)
  })

  test.after(() => from.close())

  for (const [fault, says] of REFUSED) {
    test(`from a mirror that is ${fault} nothing is installed, and the mirror is named`, async () => {
      from.fault(fault)
      const ended = await ground.run('03-k3s')
      from.fault()
      assert.equal([having(ended, 'failed'), having(ended, 'changed')], [['K1'], []], told(ended))
      assert.match(told(ended), says)
      assert.match(told(ended), from.url)
      assert.is.not((await ground.lab.exec('ls /usr/local/bin/k3s /etc/rancher /var/lib/runbooks/artifacts')).code, 0)
    })
  }

  test('from a mirror in order it is installed, by the official addresses', async () => {
    const ended = await ground.run('03-k3s')
    assert.equal(having(ended, 'failed', 'blocked', 'unverified'), [], told(ended))
    const release = '/k3s-io/k3s/releases/download/v1.36.3%2Bk3s1'
    for (const path of [`${release}/k3s`, `${release}/k3s-airgap-images-amd64.tar.zst`, '/k3s-io/k3s/v1.36.3%2Bk3s1/install.sh']) assert.ok(from.asked.includes(path), path)
    assert.equal(having(await ground.run('03-k3s'), 'changed', 'failed'), [])
  })

  test.run()
}
