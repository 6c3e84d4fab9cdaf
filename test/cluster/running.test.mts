import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { nodePortAddresses, ours, settings } from '../../lib/cluster/running.mts'
import { holds } from '../../lib/engine/want.mts'
import { answering } from '../host/answering.mts'
import type { Kube } from '../../lib/cluster/kube.mts'

const test = suite('running')

const KUBELET = {
  containerLogMaxSize: '10Mi', containerLogMaxFiles: 3, imageGCHighThresholdPercent: 85, imageGCLowThresholdPercent: 80, protectKernelDefaults: true,
  authentication: { anonymous: { enabled: false } }, maxPods: 110,
}
const PROXY = JSON.stringify({ 'kubeproxy.config.k8s.io': { NodePortAddresses: ['127.0.0.0/8'] } })

function read(kubelet: object, proxy: string) {
  return settings(answering(proxy).host, { get: async () => ({ kubeletconfig: kubelet }) } as unknown as Kube)()
}

test('the running settings are ours', async () => {
  assert.is(holds(ours, await read(KUBELET, PROXY)), true)
})

test('a kubelet that takes defaults, keeps larger logs or lets anybody in, and a proxy that answers everywhere, are not', async () => {
  for (const kubelet of [{ ...KUBELET, protectKernelDefaults: undefined }, { ...KUBELET, containerLogMaxSize: '90Mi' }, { ...KUBELET, authentication: { anonymous: { enabled: true } } }]) {
    assert.is(holds(ours, await read(kubelet, PROXY)), false)
  }
  for (const proxy of ['', '{}', PROXY.replace('127.0.0.0/8', '0.0.0.0/0')]) assert.is(holds(ours, await read(KUBELET, proxy)), false)
})

test('kube-proxy\'s addresses are read in both spellings', () => {
  assert.equal(nodePortAddresses(PROXY), nodePortAddresses(PROXY.replace('NodePort', 'nodePort')))
  assert.equal(nodePortAddresses(''), ['unknown'])
})

test.run()
