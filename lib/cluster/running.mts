import { KUBELET, NODE } from '../host/k3s-config.mts'
import type { Fact } from '../engine/claim.mts'
import type { Want } from '../engine/want.mts'
import type { Host } from '../host/host.mts'
import type { Kube } from './kube.mts'

/** Settings as the running kubelet and kube-proxy have them, whatever their files say now. */
export type Settings = {
  readonly containerLogMaxSize: string
  readonly containerLogMaxFiles: number
  readonly imageGCHighThresholdPercent: number
  readonly imageGCLowThresholdPercent: number
  readonly protectKernelDefaults: boolean
  /** Whether the kubelet lets nobody in without a certificate. */
  readonly anonymous: boolean
  readonly nodePortAddresses: readonly string[]
}

type Kubelet = {
  readonly kubeletconfig: Omit<Settings, 'nodePortAddresses' | 'anonymous' | 'protectKernelDefaults'> & {
    readonly protectKernelDefaults?: boolean
    readonly authentication: { readonly anonymous: { readonly enabled: boolean } }
  }
}

/** Both say it under /configz: the kubelet through the API, kube-proxy on the host's loopback. */
export function settings(host: Host, kube: Kube): Fact<Settings> {
  return async () => {
    const { kubeletconfig: kubelet } = await kube.get<Kubelet>(`/api/v1/nodes/${NODE}/proxy/configz`)
    const proxy = await host.read('curl -sf -m 5 http://127.0.0.1:10249/configz || true')
    return {
      containerLogMaxSize: kubelet.containerLogMaxSize, containerLogMaxFiles: kubelet.containerLogMaxFiles,
      imageGCHighThresholdPercent: kubelet.imageGCHighThresholdPercent, imageGCLowThresholdPercent: kubelet.imageGCLowThresholdPercent,
      protectKernelDefaults: kubelet.protectKernelDefaults ?? false, anonymous: kubelet.authentication.anonymous.enabled,
      nodePortAddresses: nodePortAddresses(proxy),
    }
  }
}

/** What 03-k3s wrote into K3s' configuration. */
export const ours: Want<Settings> = {
  containerLogMaxSize: KUBELET['container-log-max-size'], containerLogMaxFiles: Number(KUBELET['container-log-max-files']),
  imageGCHighThresholdPercent: Number(KUBELET['image-gc-high-threshold']), imageGCLowThresholdPercent: Number(KUBELET['image-gc-low-threshold']),
  protectKernelDefaults: true, anonymous: false, nodePortAddresses: ['127.0.0.0/8'],
}

/** The addresses at which kube-proxy answers for NodePorts, from its /configz; `unknown` where it said nothing. */
export function nodePortAddresses(text: string): string[] {
  if (text === '') return ['unknown']
  const { 'kubeproxy.config.k8s.io': config } = JSON.parse(text) as { 'kubeproxy.config.k8s.io'?: { NodePortAddresses?: string[], nodePortAddresses?: string[] } }
  return config?.NodePortAddresses ?? config?.nodePortAddresses ?? []
}
