import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rendered as argocdInstall } from '../../../lib/cluster/argocd-manifest.mts'
import { parseObjects } from '../../../lib/cluster/gitops.mts'
import { rendered } from '../../gitops/kustomization.mts'
import { unguarded } from '../../gitops/network.mts'
import { violations } from '../../gitops/policy.mts'
import { moduleFolder, VERSION } from '../argocd/programs.mts'
import { crds, CRDS } from '../git-crds.mts'
import { readyMachine } from '../machine.mts'
import { ROOT } from '../site.mts'
import { told, type Ground } from './ground.mts'
import type { Manifest } from '../../../lib/cluster/manifest.mts'

const FOLDERS = ['platform', 'argocd', 'canary']
const HERE = '/root/gitops'
const OPERATOR = 'v0.93.1'
const MODULE = 'github.com/argoproj/argo-cd/v3'

// The API is asked for each object, and keeps none; only the namespaces that they are in have to be there.
const REHEARSE = `set -e
kubectl kustomize "$1" > /tmp/rendered.yaml
for namespace in $(sed -n 's/^  namespace: //p' /tmp/rendered.yaml | sort -u); do kubectl get namespace "$namespace" > /dev/null 2>&1 || kubectl create namespace "$namespace" > /dev/null; done
kubectl apply --server-side --dry-run=server --validate=strict -f /tmp/rendered.yaml | wc -l`

const ROLL = `set -e
kubectl apply --server-side -k "$1" > /dev/null
kubectl -n canary rollout status deployment/canary --timeout=120s > /dev/null
until [ "$(kubectl -n canary get deployment canary -o jsonpath='{.status.readyReplicas}')" = 2 ]; do sleep 1; done`

// $1 the server, $2 seconds: every answer's code, and its page.
const ASK = 'end=$(($(date +%s) + $2)); while [ $(date +%s) -lt $end ]; do curl -s -m 5 -w "%{http_code}" -H "Host: canary.platform.internal" "http://$1/" | tr "\\n" " "; echo; sleep 0.05; done'

/** What the API server, which knows the kinds, says of `gitops/`; and the canary without Argo CD, rolled while it is asked for. */
export function gitopsStories(name: string, ground: Ground): void {
  const test = suite(`${name}: gitops`)
  const { lab } = ground

  /** What a command on the host printed; it has to have worked. */
  async function on(script: string, ...values: string[]): Promise<string> {
    const { code, stdout, stderr } = await lab.exec(script, ...values)
    assert.is(code, 0, stdout + stderr)
    return stdout
  }

  test.before(async () => {
    await ground.converged()
    const ended = await ground.run('03-k3s')
    assert.is(ended.code, 0, told(ended))
    const { run } = await readyMachine()
    const kinds = { operator: join(await crds(OPERATOR), CRDS.path), argocd: join(await moduleFolder(MODULE, VERSION), 'manifests/crds') }
    await lab.exec('mkdir -p /root/crds; rm -rf "$1"', HERE)
    for (const [folder, from] of Object.entries(kinds)) await run(['cp', from, `${lab.site.host.container}:/root/crds/${folder}`])
    await run(['cp', join(ROOT, 'gitops'), `${lab.site.host.container}:${HERE}`])
    await on('set -e; kubectl apply --server-side -f /root/crds/operator > /dev/null; kubectl apply --server-side -k /root/crds/argocd > /dev/null; kubectl wait --for=condition=Established crd --all --timeout=60s > /dev/null')
  })

  for (const folder of FOLDERS) {
    test(`kustomize renders ${folder} as the tests of this repository do`, async () => {
      const objects = parseObjects(await on('kubectl kustomize "$1"', `${HERE}/${folder}`), folder)
      assert.equal(violations(objects), [])
      assert.equal(plain(objects), plain(rendered(join(ROOT, 'gitops', folder))))
    })

    test(`the API takes every object of ${folder}, and knows every field of it`, async () => {
      assert.is(Number(await on(REHEARSE, `${HERE}/${folder}`)), rendered(join(ROOT, 'gitops', folder)).length)
    })
  }

  test('the network policies of argocd fit what its makers\' manifest runs', async () => {
    const install = argocdInstall(readFileSync(join(await moduleFolder(MODULE, VERSION), 'manifests/install.yaml'), 'utf8')).filter(({ metadata }) => metadata.namespace === 'argocd')
    assert.equal(unguarded([...install, ...rendered(join(ROOT, 'gitops/argocd'))]), [])
  })

  test('the API takes every Application, and knows every field of it', async () => {
    await on('kubectl get namespace argocd > /dev/null 2>&1 || kubectl create namespace argocd; kubectl apply --server-side --dry-run=server --validate=strict -f "$1/root.yaml" -f "$1/apps"', HERE)
  })

  test('a field that nobody knows is refused, in a kind of Kubernetes and in one of others', async () => {
    for (const [file, line] of [['deployment.yaml', '  replica: 2'], ['monitor.yaml', '  endpoint: []'], ['alerts.yaml', '  grups: []']]) {
      const { code, stderr } = await lab.exec('sed "s/^spec:/&\\n$2/" "$1" | kubectl apply --server-side --dry-run=server --validate=strict -f -', `${HERE}/canary/${file}`, line ?? '')
      assert.is.not(code, 0, file)
      assert.match(stderr, /unknown field|field not declared/, file)
    }
  })

  test('the canary is served by its name, and a new page takes its place without one failed request', async () => {
    await on('kubectl apply --server-side -k "$1" > /dev/null; kubectl apply --server-side -f "$2/namespace.yaml" > /dev/null', `${HERE}/platform`, `${HERE}/canary`)
    await on(ROLL, `${HERE}/canary`)
    const asked = lab.stranger.exec(ASK, lab.ipv4, '45')
    await on('sleep 5; echo "This page is another." > "$1/index.html"', `${HERE}/canary`)
    await on(ROLL, `${HERE}/canary`)
    const answers = (await asked).stdout.trim().split('\n')
    assert.ok(answers.length > 100, `${answers.length} answers`)
    assert.equal(answers.filter(answer => !answer.endsWith(' 200')), [])
    assert.match(answers[0] ?? '', /as Git has it/)
    assert.match(answers.at(-1) ?? '', /another/)
  })

  test.run()
}

/** The objects by name, each without the hash that kustomize gives a name. */
function plain(objects: readonly Manifest[]): string[] {
  return objects.map(object => JSON.stringify(sorted(object)).replaceAll(/(canary-page)-[a-z0-9]{10}/g, '$1')).sort()
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => one.localeCompare(other)).map(([key, each]) => [key, sorted(each)]))
}
