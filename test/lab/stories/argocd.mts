import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { findKeyring } from '../../../lib/secrets/keyring.mts'
import { readSecrets } from '../../../lib/secrets/file.mts'
import { environment } from '../secrets.mts'
import { operator } from './fixes.mts'
import { having, told, type Ground } from './ground.mts'
import { answering } from './ports.mts'

const UI = '8443'

// The controller would put back what is changed by hand.
const WITHOUT_RANGES = `set -e
kubectl -n argocd scale statefulset argocd-application-controller --replicas=0 > /dev/null
kubectl -n argocd wait --for=delete pod -l app.kubernetes.io/name=argocd-application-controller --timeout=60s > /dev/null
kubectl -n argocd patch service argocd-ui --type=json -p '[{"op":"remove","path":"/spec/loadBalancerSourceRanges"}]' > /dev/null`
const WITH_CONTROLLER = 'kubectl -n argocd scale statefulset argocd-application-controller --replicas=1 > /dev/null'

// From another address of the host's own: the way of a packet from outside, but for the wall.
const PAST_THE_WALL = 'for i in $(seq 60); do code=$(curl -sk -m 5 -o /dev/null -w "%{http_code}" "https://$1:8443/healthz"); [ "$code" != "$2" ] || break; sleep 1; done; echo "$code"'

/** A platform that follows Git: what it does by itself, what somebody outside sees, and what it tells nobody. */
export function argocdStories(name: string, ground: Ground): void {
  const test = suite(`${name}: argocd`)
  const { lab, run } = ground

  test.before(() => ground.converged())

  test('every drill holds: what is changed by hand comes back, a commit is served, a bad one is undone unnoticed, a reboot changes nothing', async () => {
    const ended = await run('04-argocd', '--drill', '--yes-disturb', lab.ipv4)
    assert.equal(having(ended, 'failed', 'blocked', 'unverified', 'due'), [], told(ended))
    for (const { id, claim, found } of ended.claims.filter(({ id }) => /^A2[2-5]$/.test(id))) console.log(`${id} ${claim}: ${JSON.stringify(found)}`)
  })

  test('the next run of every runbook changes nothing', async () => {
    for (const stem of ['03-k3s', '04-argocd']) {
      const ended = await run(stem)
      assert.equal(having(ended, 'changed', 'failed', 'blocked', 'unverified'), [], told(ended))
    }
  })

  test('a plan and a verification find nothing to do', async () => {
    for (const mode of ['--plan', '--verify']) {
      const ended = await run('04-argocd', mode)
      assert.equal(having(ended, 'planned', 'changed', 'failed', 'blocked', 'unverified'), [], told(ended))
    }
  })

  for (const family of [4, 6] as const) {
    test(`of all 65,535 TCP ports exactly the declared ones answer over IPv${family}`, async () => {
      const answered = await answering(lab, family)
      assert.equal(answered, family === 4 ? ['22 open', '80 open', '443 open'] : ['22 open', '80 closed', '443 closed'])
    })
  }

  test('without the wall the UI is closed outside by the ranges of its Service', async () => {
    await lab.exec('nft delete table inet wall')
    const outside = await fromOutside()
    await lab.exec('systemctl reload wall')
    assert.is(outside, '000')
  })

  test('without the ranges of its Service the UI is closed outside by the wall, and the claim about them is red', async () => {
    const { code, stderr } = await lab.exec(WITHOUT_RANGES)
    assert.is(code, 0, stderr)
    assert.is((await lab.exec(PAST_THE_WALL, lab.ipv4, '200')).stdout.trim(), '200')
    assert.is(await fromOutside(), '000')
    const ended = await run('04-argocd', '--verify', '--only', 'A19')
    await lab.exec(WITH_CONTROLLER)
    assert.equal(having(ended, 'failed'), ['A19'], told(ended))
  })

  test('what was taken away by hand is put back by Argo CD and by the next run', async () => {
    const ended = await run('04-argocd')
    assert.equal(having(ended, 'failed', 'blocked', 'unverified'), [], told(ended))
    assert.is((await lab.exec('kubectl -n argocd get service argocd-ui -o jsonpath="{.spec.loadBalancerSourceRanges[0]}"')).stdout, '10.8.0.0/24')
  })

  test('no secret is in the repository, in an Application, in a ConfigMap, in an event or in a log', async () => {
    const secrets = Object.values(await readSecrets(lab.platformDir, 'argocd', await findKeyring(environment(lab.platformDir))))
    assert.ok(secrets.length > 1)
    const told = [
      (await lab.exec('kubectl get applications,appprojects,configmaps,events --all-namespaces -o yaml')).stdout,
      (await lab.exec('for pod in $(kubectl -n argocd get pods -o name); do kubectl -n argocd logs "$pod" --all-containers; done')).stdout,
      await operator(lab, 'git fetch --quiet origin; git log --all --patch --format=%B'),
    ]
    for (const secret of secrets) {
      // Of a key in many lines any line tells.
      for (const line of secret.reveal().split('\n').filter(line => line.length >= 16 && !line.startsWith('-----'))) {
        assert.not.ok(told.some(text => text.includes(line)), 'a value of secrets/argocd.sops.yaml is told')
      }
    }
  })

  test.run()

  async function fromOutside(): Promise<string> {
    return (await lab.stranger.exec('curl -sk -o /dev/null -m 4 -w "%{http_code}" "https://$1:$2/healthz"', lab.ipv4, UI)).stdout
  }
}
