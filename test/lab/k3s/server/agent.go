package main

import (
	"strconv"
	"strings"
)

const kubeletDropIns = etcDir + "/kubelet.conf.d"

// K3s' defaults; the limits of a container beside it: no OOM scores below its
// own, few open files, and control groups of the first version. Images that were
// brought in cannot be pulled again, so the disk has to be full before any goes.
const kubeletText = `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: 0.0.0.0
allowedUnsafeSysctls: [net.ipv4.ip_forward, net.ipv6.conf.all.forwarding]
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: @tls/client-ca.crt}
authorization: {mode: Webhook}
cgroupDriver: cgroupfs
clusterDNS: [@dns]
clusterDomain: @domain
containerRuntimeEndpoint: unix://@socket
evictionHard: {imagefs.available: 5%, nodefs.available: 5%}
evictionMinimumReclaim: {imagefs.available: 10%, nodefs.available: 10%}
failCgroupV1: false
failSwapOn: false
healthzBindAddress: 127.0.0.1
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
maxOpenFiles: 20000
oomScoreAdj: 0
protectKernelDefaults: @protect
providerID: k3s://@node
readOnlyPort: 0
registerWithTaints: []
resolvConf: /etc/resolv.conf
tlsCertFile: @agent/serving-kubelet.crt
tlsPrivateKeyFile: @agent/serving-kubelet.key
`

func (s *server) writeKubeletFile() error {
	text := strings.NewReplacer("@tls", tlsDir, "@dns", clusterDNS, "@domain", clusterDomain, "@socket", containerdSocket, "@agent", agentDir,
		"@node", s.node, "@protect", strconv.FormatBool(s.config.flag("protect-kernel-defaults"))).Replace(kubeletText)
	return writeFile(kubeletDropIns+"/00-k3s-defaults.conf", []byte(text), 0o600)
}

func (s *server) kubelet() []string {
	own := map[string]string{
		"config-dir":        kubeletDropIns,
		"hostname-override": s.node,
		"kubeconfig":        agentDir + "/kubelet.kubeconfig",
		"node-ip":           s.address,
		"node-labels":       strings.Join(append([]string{"node.kubernetes.io/instance-type=k3s"}, s.config.list("node-label")...), ","),
	}
	if taints := s.config.list("node-taint"); len(taints) > 0 {
		own["register-with-taints"] = strings.Join(taints, ",")
	}
	return arguments(own, s.config["kubelet-arg"])
}

// proxy has flags and no file: with a file it would ignore the operator's. The
// kernel's connection tracking is the whole machine's, and left alone.
func (s *server) proxy() []string {
	return arguments(map[string]string{
		"cluster-cidr":                      clusterCIDR,
		"conntrack-max-per-core":            "0",
		"conntrack-min":                     "0",
		"conntrack-tcp-timeout-close-wait":  "0s",
		"conntrack-tcp-timeout-established": "0s",
		"healthz-bind-address":              "127.0.0.1",
		"hostname-override":                 s.node,
		"kubeconfig":                        agentDir + "/kubeproxy.kubeconfig",
		"metrics-bind-address":              "127.0.0.1:10249",
		"oom-score-adj":                     "0",
		"proxy-mode":                        "iptables",
	}, s.config["kube-proxy-arg"])
}
