import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { holds } from '../../lib/engine/want.mts'
import { Failure } from '../../lib/engine/failure.mts'
import { doors, oneInTunnel } from '../../lib/cluster/argocd-doors.mts'
import { settings } from '../engine/stage.mts'
import { rejects } from '../rejects.mts'
import { answering } from '../host/answering.mts'
import { fakeKube } from './fake.mts'
import type { Answers } from '../../lib/host/host.mts'

const test = suite('argocd doors')
const UI = { metadata: { namespace: 'argocd', name: 'argocd-ui' }, spec: { type: 'LoadBalancer', ports: [{ port: 8443 }], loadBalancerSourceRanges: ['10.8.0.0/24'] } }
const GOOD: Answers = { open: [22], refused: [80, 443] }
const config = settings('HOST_IPV6=2001:db8::1')

type Wish = { readonly services?: unknown[], readonly ingresses?: unknown[], readonly traefik?: unknown[], readonly ipv4?: Answers, readonly ipv6?: Answers }

function read({ services = [UI], ingresses = [], traefik, ipv4 = GOOD, ipv6 = GOOD }: Wish = {}) {
  const asked: number[][] = []
  const absent = () => { throw new Failure('a reading failed: the API server answers 404 NotFound') }
  const { kube } = fakeKube({
    '/api/v1/services': services, '/api/v1/pods': [], '/apis/networking.k8s.io/v1/ingresses': ingresses, '/apis/gateway.networking.k8s.io/v1/httproutes': absent, '/apis/gateway.networking.k8s.io/v1/tlsroutes': absent,
    '/apis/traefik.io/v1alpha1/ingressroutes': traefik ?? absent, '/apis/traefik.io/v1alpha1/ingressroutetcps': absent,
  })
  const { host } = answering('', { answers: async (_address, family, ports) => { asked.push([...ports]); return family === 4 ? ipv4 : ipv6 } })
  return { found: doors(host, config, kube)(), asked }
}

test('one door in the tunnel, and nothing outside that the policy does not have', async () => {
  const found = await read().found
  assert.equal(found, { doors: ['LoadBalancer argocd/argocd-ui 8443 from 10.8.0.0/24'], ipv4: GOOD, ipv6: GOOD })
  assert.ok(holds(oneInTunnel(config), found))
})

test('a port that answers outside is red, over either protocol, whatever routes there are', async () => {
  const open = { ...GOOD, open: [22, 8443] }
  const first = await read({ ipv4: open }).found
  assert.equal([first.ipv6, holds(oneInTunnel(config), first)], ['not asked', false])
  assert.not.ok(holds(oneInTunnel(config), await read({ ipv6: open }).found))
})

for (const [what, wish, expected] of [
  ['a door without its range', { services: [{ ...UI, spec: { ...UI.spec, loadBalancerSourceRanges: undefined } }] }, 'LoadBalancer argocd/argocd-ui 8443'],
  ['a NodePort', { services: [UI, { metadata: { namespace: 'argocd', name: 'argocd-server' }, spec: { type: 'NodePort', ports: [{ port: 443, nodePort: 30443 }] } }] }, 'NodePort argocd/argocd-server 443'],
  ['an Ingress', { ingresses: [{ metadata: { namespace: 'argocd', name: 'ui' }, spec: {} }, { metadata: { namespace: 'shop', name: 'shop' }, spec: {} }] }, 'Ingress argocd/ui'],
  ['a route from another namespace', { traefik: [{ metadata: { namespace: 'shop', name: 'ui' }, spec: { routes: [{ services: [{ name: 'argocd-server', namespace: 'argocd' }] }] } }] }, 'IngressRoute shop/ui'],
] satisfies [string, Wish, string][]) {
  test(`${what} is red`, async () => {
    const found = await read(wish).found
    assert.ok(found.doors.includes(expected), found.doors.join())
    assert.is(found.ipv6, 'not asked')
    assert.not.ok(holds(oneInTunnel(config), found))
  })
}

test('its ports are among those that are knocked at', async () => {
  const { found, asked } = read({ services: [UI, { metadata: { namespace: 'argocd', name: 'argocd-server' }, spec: { type: 'NodePort', ports: [{ port: 443, nodePort: 31234 }] } }] })
  await found
  assert.ok(asked.every(ports => ports.includes(8443) && ports.includes(31_234)))
})

test('from the host itself nothing can be told', async () => {
  const { kube } = fakeKube({ '/api/v1/services': [], '/api/v1/pods': [], '/apis/networking.k8s.io/v1/ingresses': [], '/apis/gateway.networking.k8s.io/v1/httproutes': [], '/apis/gateway.networking.k8s.io/v1/tlsroutes': [], '/apis/traefik.io/v1alpha1/ingressroutes': [], '/apis/traefik.io/v1alpha1/ingressroutetcps': [] })
  assert.is((await rejects(doors(answering('').host, config, kube)())).kind, 'unverified')
})

test.run()
