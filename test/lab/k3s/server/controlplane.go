package main

func (s *server) apiServer() []string {
	own := map[string]string{
		"advertise-address":                  s.address,
		"allow-privileged":                   "true",
		"anonymous-auth":                     "false",
		"authorization-mode":                 "Node,RBAC",
		"bind-address":                       s.config.text("bind-address", "0.0.0.0"),
		"client-ca-file":                     tlsDir + "/client-ca.crt",
		"enable-admission-plugins":           "NodeRestriction",
		"etcd-servers":                       "unix://" + kineSocket,
		"kubelet-certificate-authority":      tlsDir + "/server-ca.crt",
		"kubelet-client-certificate":         tlsDir + "/client-kube-apiserver.crt",
		"kubelet-client-key":                 tlsDir + "/client-kube-apiserver.key",
		"kubelet-preferred-address-types":    "InternalIP,ExternalIP,Hostname",
		"profiling":                          "false",
		"proxy-client-cert-file":             tlsDir + "/client-auth-proxy.crt",
		"proxy-client-key-file":              tlsDir + "/client-auth-proxy.key",
		"requestheader-allowed-names":        "system:auth-proxy",
		"requestheader-client-ca-file":       tlsDir + "/request-header-ca.crt",
		"requestheader-extra-headers-prefix": "X-Remote-Extra-",
		"requestheader-group-headers":        "X-Remote-Group",
		"requestheader-username-headers":     "X-Remote-User",
		"secure-port":                        "6443",
		"service-account-issuer":             "https://kubernetes.default.svc." + clusterDomain,
		"service-account-key-file":           tlsDir + "/service.key",
		"service-account-signing-key-file":   tlsDir + "/service.key",
		"service-cluster-ip-range":           serviceCIDR,
		"service-node-port-range":            s.config.text("service-node-port-range", "30000-32767"),
		"storage-backend":                    "etcd3",
		"tls-cert-file":                      tlsDir + "/serving-kube-apiserver.crt",
		"tls-private-key-file":               tlsDir + "/serving-kube-apiserver.key",
	}
	if s.config.flag("secrets-encryption") {
		own["encryption-provider-config"] = encryptionFile
	}
	return arguments(own, s.config["kube-apiserver-arg"])
}

func (s *server) controllerManager() []string {
	return arguments(map[string]string{
		"allocate-node-cidrs":              "true",
		"authentication-kubeconfig":        credDir + "/controller.kubeconfig",
		"authorization-kubeconfig":         credDir + "/controller.kubeconfig",
		"bind-address":                     "127.0.0.1",
		"cluster-cidr":                     clusterCIDR,
		"cluster-signing-cert-file":        tlsDir + "/client-ca.crt",
		"cluster-signing-key-file":         tlsDir + "/client-ca.key",
		"kubeconfig":                       credDir + "/controller.kubeconfig",
		"leader-elect":                     "false",
		"profiling":                        "false",
		"root-ca-file":                     tlsDir + "/server-ca.crt",
		"service-account-private-key-file": tlsDir + "/service.key",
		"service-cluster-ip-range":         serviceCIDR,
		"use-service-account-credentials":  "true",
	}, s.config["kube-controller-manager-arg"])
}

func (s *server) scheduler() []string {
	return arguments(map[string]string{
		"authentication-kubeconfig": credDir + "/scheduler.kubeconfig",
		"authorization-kubeconfig":  credDir + "/scheduler.kubeconfig",
		"bind-address":              "127.0.0.1",
		"kubeconfig":                credDir + "/scheduler.kubeconfig",
		"leader-elect":              "false",
		"profiling":                 "false",
	}, s.config["kube-scheduler-arg"])
}
