package main

// settings are the ones that may be given, each with the only values it may
// have; nil is any value.
var settings = map[string][]string{
	"bind-address":                {"0.0.0.0", "::"},
	"cluster-cidr":                {clusterCIDR},
	"cluster-dns":                 {clusterDNS},
	"cluster-domain":              {clusterDomain},
	"data-dir":                    {dataDir},
	"debug":                       nil,
	"disable":                     {"coredns", "local-storage", "metrics-server", "servicelb", "traefik", "runtimes"},
	"disable-cloud-controller":    {"false"},
	"disable-helm-controller":     nil, // there is none
	"disable-network-policy":      nil, // nothing enforces policies
	"flannel-backend":             {"vxlan", "host-gw", "none"},
	"https-listen-port":           {"6443"},
	"kube-apiserver-arg":          nil,
	"kube-controller-manager-arg": nil,
	"kube-proxy-arg":              nil,
	"kube-scheduler-arg":          nil,
	"kubelet-arg":                 nil,
	"node-ip":                     nil,
	"node-label":                  nil,
	"node-name":                   nil,
	"node-taint":                  nil,
	"prefer-bundled-bin":          nil, // the host's iptables are the only ones
	"protect-kernel-defaults":     nil,
	"secrets-encryption":          nil,
	"secrets-encryption-provider": {"aescbc"},
	"service-cidr":                {serviceCIDR},
	"service-node-port-range":     nil,
	"supervisor-metrics":          nil, // there is no supervisor's port
	"tls-san":                     nil,
	"token":                       nil,
	"write-kubeconfig":            {kubeconfigFile},
	"write-kubeconfig-mode":       nil,
}
