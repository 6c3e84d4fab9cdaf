import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { having, told, type Ground } from './ground.mts'
import { answering } from './ports.mts'

// A Service that is open to all, one that is for the tunnel, and a pod with a port of the host, each served by the image that every node has.
const OPENED = `
kubectl create namespace opened > /dev/null
kubectl label namespace opened pod-security.kubernetes.io/enforce=privileged > /dev/null
image=$(kubectl -n kube-system get configmap local-path-config -o jsonpath='{.data.helperPod\\.yaml}' | sed -n 's/.*image: *"\\{0,1\\}\\([^" ]*\\).*/\\1/p')
kubectl apply -f - > /dev/null <<END
apiVersion: v1
kind: Pod
metadata: { namespace: opened, name: web, labels: { app: web } }
spec:
  containers:
    - name: web
      image: $image
      imagePullPolicy: IfNotPresent
      command: [sh, -c, "mkdir /tmp/www && echo hello > /tmp/www/index.html && exec httpd -f -p 8080 -h /tmp/www"]
      ports: [{ containerPort: 8080, hostPort: 5432 }]
---
apiVersion: v1
kind: Service
metadata: { namespace: opened, name: everybody }
spec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 8081, targetPort: 8080 }] }
---
apiVersion: v1
kind: Service
metadata: { namespace: opened, name: tunnel }
spec: { type: LoadBalancer, loadBalancerSourceRanges: [10.8.0.0/24], allocateLoadBalancerNodePorts: false, selector: { app: web }, ports: [{ port: 8082, targetPort: 8080 }] }
END
kubectl -n opened wait --for=condition=Ready pod/web --timeout=90s
for service in everybody tunnel; do kubectl -n opened wait --for=jsonpath='{.status.loadBalancer.ingress}' "service/$service" --timeout=90s; done
`

/** What somebody outside sees of the cluster, and what it says about itself: whatever is opened in it. */
export function k3sStories(name: string, ground: Ground): void {
  const test = suite(`${name}: k3s`)

  test.before(() => ground.converged())

  test('the second run of every runbook changes nothing', async () => {
    for (const stem of ['01-baseline', '02-wireguard', '03-k3s']) {
      const ended = await ground.run(stem)
      assert.equal(having(ended, 'changed', 'failed', 'blocked', 'unverified'), [], told(ended))
    }
  })

  test('a plan and a verification of a healthy cluster find nothing to do', async () => {
    for (const mode of ['--plan', '--verify']) {
      const ended = await ground.run('03-k3s', mode)
      assert.equal(having(ended, 'planned', 'changed', 'failed', 'blocked', 'unverified'), [], told(ended))
    }
  })

  declaredPorts('with K3s')

  test('what is opened in the cluster on purpose answers on the host, stays closed outside, and is named', async () => {
    const { lab, run } = ground
    const { code, stderr } = await lab.exec(OPENED)
    assert.is(code, 0, stderr)
    // Through the same rules as a packet from outside, but for the wall: from another address of the host's own.
    for (const port of ['8081', '5432']) assert.is(await answersOnHost(port), '200', port)
    for (const port of ['8081', '8082', '5432']) assert.is(await fetched(port), '000', port)
    const ended = await run('03-k3s', '--verify', '--only', 'K21,K22,K23')
    assert.equal(having(ended, 'failed', 'unverified', 'blocked'), ['K21'], told(ended))
    const why = ended.claims.find(({ id }) => id === 'K21')?.why?.join('\n') ?? ''
    for (const line of ['LoadBalancer opened/everybody 8081', 'LoadBalancer opened/tunnel 8082 from 10.8.0.0/24', 'hostPort opened/web 5432']) assert.match(why, line)
  })

  test('without the wall the same ports are open, but for the one whose Service names the tunnel', async () => {
    const { lab } = ground
    await lab.exec('nft delete table inet wall')
    const open = [await fetched('8081'), await fetched('5432'), await fetched('8082')]
    await lab.exec('systemctl reload wall')
    assert.equal(open, ['200', '200', '000'])
    assert.is(await fetched('8081'), '000')
  })

  test('two Services that want the same port do not both get it', async () => {
    const { stdout } = await ground.lab.exec(`
      kubectl -n opened expose pod web --name=second --type=LoadBalancer --port=8081 --target-port=8080 > /dev/null; sleep 12
      kubectl -n opened get service second -o jsonpath='{.status.loadBalancer.ingress}'
    `)
    assert.is(stdout, '')
  })

  declaredPorts('with ports opened on purpose')

  test('a reboot brings every pod back', async () => {
    await ground.lab.reboot()
    for (const scheme of ['http', 'https']) {
      const { stdout } = await ground.lab.stranger.exec('for i in $(seq 90); do code=$(curl -sk -o /dev/null -m 4 -w "%{http_code}" "$2://$1/"); [ "$code" != 404 ] || break; sleep 1; done; echo "$code"', ground.lab.ipv4, scheme)
      assert.is(stdout.trim(), '404', scheme)
    }
    assert.is(await answersOnHost('5432'), '200')
  })

  declaredPorts('after a reboot')

  test.run()

  function declaredPorts(when: string): void {
    for (const family of [4, 6] as const) {
      test(`of all 65,535 TCP ports exactly the declared ones answer over IPv${family} ${when}`, async () => {
        const answered = await answering(ground.lab, family)
        // The cluster has IPv4 alone: over IPv6 nobody stands behind the two ports that the wall lets through.
        assert.equal(answered, family === 4 ? ['22 open', '80 open', '443 open'] : ['22 open', '80 closed', '443 closed'])
      })
    }
  }

  /** What a pod answers on the host's own address, within a minute. */
  async function answersOnHost(port: string): Promise<string> {
    const { stdout } = await ground.lab.exec('for i in $(seq 60); do code=$(curl -s -m 5 -o /dev/null -w "%{http_code}" "http://$1:$2/"); [ "$code" != 200 ] || break; sleep 1; done; echo "$code"', ground.lab.ipv4, port)
    return stdout.trim()
  }

  async function fetched(port: string): Promise<string> {
    return (await ground.lab.stranger.exec('curl -s -o /dev/null -m 4 -w "%{http_code}" "http://$1:$2/"', ground.lab.ipv4, port)).stdout
  }
}
