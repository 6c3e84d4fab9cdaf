import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { declared, exposed, parseExposed, type Service } from '../../lib/cluster/exposed.mts'
import { settings } from '../engine/stage.mts'
import { fakeKube } from './fake.mts'
import { recording } from './recorded.mts'
import { somePod } from './some.mts'

const test = suite('exposed')
const balancer: Service = { metadata: { namespace: 'shop', name: 'web' }, spec: { type: 'LoadBalancer', ports: [{ port: 8443 }] } }
const svclb = { 'svccontroller.k3s.cattle.io/svcname': 'web', 'svccontroller.k3s.cattle.io/svcnamespace': 'shop' }
const taking = (...ports: { hostPort?: number, hostIP?: string, protocol?: string }[]) => ({ containers: [{ name: 'web', ports }] })
const standIn = (port: number, kind = 'DaemonSet') => somePod({ metadata: { namespace: 'kube-system', name: 'svclb-web-1', labels: svclb, ownerReferences: [{ kind, name: 'svclb-web' }] }, spec: taking({ hostPort: port }) })

test('a cluster as it comes opens what is declared, and nothing else', async () => {
  const found = await exposed(fakeKube({ '/api/v1/services': recording('services'), '/api/v1/pods': recording('pods') }).kube)()
  assert.ok(declared(settings()).matches(found), found.join('\n'))
  assert.not.ok(declared(settings()).matches(found.slice(1)))
  assert.not.ok(declared(settings()).matches([...found, 'NodePort shop/web 80']))
})

test('the page that 04-argocd opens is declared for the tunnel\'s network, and for no other', () => {
  const [traefik, page] = [['LoadBalancer kube-system/traefik 80,443', 'NodePort kube-system/traefik 80,443'], 'LoadBalancer argocd/argocd-ui 8443']
  const holds = (line: string, ...lines: string[]) => declared(settings(...lines)).matches([line, ...traefik])
  assert.equal([holds(`${page} from 10.8.0.0/24`), holds(page), holds(`${page} from 0.0.0.0/0`)], [true, false, false])
  assert.equal([holds(`${page} from 10.9.0.0/24`, 'VPN_NETWORK=10.9.0.0/24'), holds(`${page} from 10.8.0.0/24`, 'VPN_NETWORK=10.9.0.0/24')], [true, false])
})

test('a LoadBalancer is told with its ports and its source ranges', () => {
  assert.equal(parseExposed([{ ...balancer, spec: { ...balancer.spec, ports: [{ port: 8443 }, { port: 443 }, { port: 53, protocol: 'UDP' }], loadBalancerSourceRanges: ['10.8.0.0/24'] } }], []), ['LoadBalancer shop/web 53/udp,443,8443 from 10.8.0.0/24'])
})

test('a NodePort is told whatever kind of Service has it', () => {
  const ports = [{ port: 80, nodePort: 31_234 }]
  assert.equal(parseExposed([{ ...balancer, spec: { type: 'LoadBalancer', ports } }, { metadata: { namespace: 'shop', name: 'old' }, spec: { type: 'NodePort', ports } }], []), ['LoadBalancer shop/web 80', 'NodePort shop/old 80', 'NodePort shop/web 80'])
})

test('an external address of a Service is told', () => {
  assert.equal(parseExposed([{ ...balancer, spec: { type: 'ClusterIP', ports: [{ port: 22 }], externalIPs: ['192.0.2.10'] } }], []), ['externalIPs shop/web 22 at 192.0.2.10'])
})

test('a hostPort is told with its owner and the address it is bound to', () => {
  assert.equal(parseExposed([], [somePod({ spec: taking({ hostPort: 5432, hostIP: '10.8.0.1' }, { hostPort: 8080, hostIP: '0.0.0.0' }) })]), ['hostPort shop/web-1 10.8.0.1:5432,8080'])
})

test('a pod in the host\'s network is told, and one that has ended is not', () => {
  const inside = somePod({ spec: { hostNetwork: true, containers: [] } })
  assert.equal(parseExposed([], [inside, { ...inside, metadata: { ...inside.metadata, name: 'done' }, status: { phase: 'Succeeded' } }]), ['hostNetwork shop/web-1'])
})

test('ServiceLB\'s pods belong to their Service', () => {
  assert.equal(parseExposed([balancer], [standIn(8443)]), ['LoadBalancer shop/web 8443'])
})

test('a pod of ServiceLB without its Service, with another port, or that only looks like one is told', () => {
  assert.equal(parseExposed([], [standIn(8443)]), ['hostPort kube-system/svclb-web 8443'])
  assert.equal(parseExposed([balancer], [standIn(22)]), ['LoadBalancer shop/web 8443', 'hostPort kube-system/svclb-web 22'])
  assert.equal(parseExposed([balancer], [standIn(8443, 'ReplicaSet')]), ['LoadBalancer shop/web 8443', 'hostPort kube-system/svclb-web 8443'])
})

test.run()
