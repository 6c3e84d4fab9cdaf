import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fixes, operator, paste } from './fixes.mts'
import { having, told, type Ended, type Ground } from './ground.mts'

// One app for each way in which an app can be wrong, in the canary's namespace.
const BROKEN = `
app() { sed "s/name: canary/name: $1/; s#gitops/canary#gitops/$1#; s/targetRevision: drill/targetRevision: main/" gitops/apps/canary.yaml > "gitops/apps/$1.yaml"; [ -z "$2" ] || { mkdir -p "gitops/$1"; cat > "gitops/$1/objects.yaml"; }; }
git pull --quiet --rebase origin main
app no-folder '' < /dev/null
app no-yaml yes <<'END'
apiVersion: v1
kind: ConfigMap
metadata: { name: no-yaml, namespace: canary
END
app no-kind yes <<'END'
apiVersion: example.org/v1
kind: Unheard
metadata: { name: unheard, namespace: canary }
END
app no-pod yes <<'END'
apiVersion: apps/v1
kind: Deployment
metadata: { name: no-pod, namespace: canary }
spec:
  selector: { matchLabels: { app: no-pod } }
  template:
    metadata: { labels: { app: no-pod } }
    spec: { containers: [{ name: no-pod, image: "docker.io/rancher/mirrored-library-busybox:no-such-version" }] }
END
app no-end yes <<'END'
apiVersion: v1
kind: ConfigMap
metadata: { name: no-end, namespace: canary }
---
apiVersion: batch/v1
kind: Job
metadata: { name: no-end, namespace: canary, annotations: { argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: BeforeHookCreation } }
spec:
  template:
    spec: { restartPolicy: Never, containers: [{ name: no-end, image: "docker.io/rancher/mirrored-library-busybox:no-such-version" }] }
END
git add gitops
git commit --quiet --message 'five apps that are wrong'
git push --quiet origin HEAD:main`

const SAID: Readonly<Record<string, RegExp>> = {
  'no-folder': /no-folder: .*app path does not exist/,
  'no-yaml': /no-yaml: .*(?:yaml|YAML|unmarshal)/,
  'no-kind': /no-kind: .*(?:Unheard|could not find)/,
  'no-pod': /no-pod: Progressing; canary\/no-pod 0 of 1/,
  'no-end': /no-end: .*last sync Running: .*hook/,
}

const REVERT = `
git revert --no-edit HEAD > /dev/null
git push --quiet origin HEAD:main`

/** What can go wrong with the repository, with an app and with Argo CD itself: it is named, and a plain run afterwards ends well. */
export function argocdTroubleStories(name: string, ground: Ground): void {
  const test = suite(`${name}: trouble with Argo CD`)
  const { lab, run } = ground

  test.before(() => ground.converged())

  test('a repository that does not answer, a branch that is not there and a key that does not open are told before anything is touched', async () => {
    await lab.git.exec('pkill -STOP -x sshd')
    const silent = await run('04-argocd', '--only', 'A2')
    await lab.git.exec('pkill -CONT -x sshd')
    assert.equal(having(silent, 'failed', 'unverified'), ['A2'], told(silent))
    await operator(lab, 'cp .env .env.kept')
    for (const [wrong, words] of [['GITOPS_BRANCH=nowhere', /nowhere/], ['GITOPS_KEY=age/laptop-key', /age\/laptop-key/]] as const) {
      await operator(lab, `ssh-keygen -q -t ed25519 -N '' -f age/laptop-key <<< y > /dev/null; grep -v "^${wrong.split('=')[0]}=" .env.kept > .env; echo '${wrong}' >> .env`)
      const ended = await run('04-argocd', '--only', 'A2')
      assert.equal(having(ended, 'failed', 'unverified'), ['A2'], told(ended))
      assert.match(told(ended), words)
    }
    await operator(lab, 'mv .env.kept .env')
    await well()
  })

  test('every app that is wrong is named, with what is wrong, and is gone again with its commit', async () => {
    await operator(lab, BROKEN)
    const red = await until(async () => {
      const ended = await run('04-argocd', '--verify', '--only', 'A16')
      return { ended, done: Object.values(SAID).every(words => words.test(told(ended))) }
    })
    await operator(lab, REVERT)
    await run('04-argocd', '--only', 'A13,A15')
    for (let tries = 0; tries < 20 && (await lab.exec('kubectl -n argocd get applications -o name | grep -q /no-')).code === 0; tries += 1) {
      for (const fix of fixes('gitops', 'An app hangs')) await paste(lab, fix)
      await sleep(5000)
    }
    await well()
    for (const [app, words] of Object.entries(SAID)) assert.match(told(red), words, app)
    const { stdout } = await lab.exec('kubectl -n argocd get applications -o name | grep /no- || true')
    assert.is(stdout, '')
  })

  test('a repo-server that is killed while it is needed comes back, and a plain run waits for it', async () => {
    await lab.exec('kubectl -n argocd annotate application canary argocd.argoproj.io/refresh=hard > /dev/null; kubectl -n argocd delete pod -l app.kubernetes.io/name=argocd-repo-server --grace-period=0 --force > /dev/null 2>&1')
    await well()
  })

  test('an API that stands still is told with what was asked; going again, a plain run is fine', async () => {
    await lab.exec('pkill -STOP -x k3s-server')
    const stuck = await run('04-argocd', '--verify', '--only', 'A11')
    await lab.exec('pkill -CONT -x k3s-server')
    assert.equal(having(stuck, 'failed', 'blocked'), ['A11'], told(stuck))
    assert.match(told(stuck), /the API server does not answer[\s\S]*waited/)
    await well()
  })

  test('an Argo CD whose programs, settings and accounts were deleted is installed again, and finds its apps as they were', async () => {
    const uid = 'kubectl -n canary get deployment canary -o jsonpath={.metadata.uid}'
    const before = (await lab.exec(uid)).stdout
    await lab.exec('kubectl -n argocd delete deployments,statefulsets,configmaps,services,serviceaccounts,roles,rolebindings --all > /dev/null')
    await well()
    assert.is((await lab.exec(uid)).stdout, before)
  })

  test.run()

  async function well(): Promise<void> {
    const ended: Ended = await run('04-argocd')
    assert.equal(having(ended, 'failed', 'blocked', 'unverified'), [], told(ended))
  }

  /** Argo CD looks when it looks: once a minute, and a failed sync is tried again. */
  async function until(look: () => Promise<{ ended: Ended, done: boolean }>): Promise<Ended> {
    for (let tries = 0; ; tries += 1) {
      const { ended, done } = await look()
      if (done || tries === 20) return ended
      await sleep(5000)
    }
  }
}
