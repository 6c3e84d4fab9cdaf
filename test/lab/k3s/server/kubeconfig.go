package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// writeKubeconfigs gives each component its own way to the API server, and the
// administrator K3s' k3s.yaml.
func (s *server) writeKubeconfigs() error {
	for file, client := range map[string]string{
		credDir + "/admin.kubeconfig":      tlsDir + "/client-admin",
		credDir + "/controller.kubeconfig": tlsDir + "/client-controller",
		credDir + "/scheduler.kubeconfig":  tlsDir + "/client-scheduler",
		agentDir + "/kubelet.kubeconfig":   agentDir + "/client-kubelet",
		agentDir + "/kubeproxy.kubeconfig": agentDir + "/client-kube-proxy",
	} {
		if err := writeKubeconfig(file, client, 0o600); err != nil {
			return err
		}
	}
	mode, err := strconv.ParseUint(s.config.text("write-kubeconfig-mode", "0600"), 8, 32)
	if err != nil {
		return fmt.Errorf("write-kubeconfig-mode: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(kubeconfigFile), 0o755); err != nil {
		return err
	}
	return writeKubeconfig(kubeconfigFile, tlsDir+"/client-admin", os.FileMode(mode))
}

func writeKubeconfig(file, client string, mode os.FileMode) error {
	certFile, keyFile := pair(client)
	var parts [3][]byte
	for i, part := range []string{tlsDir + "/server-ca.crt", certFile, keyFile} {
		text, err := os.ReadFile(part)
		if err != nil {
			return err
		}
		parts[i] = text
	}
	c := api.NewConfig()
	c.Clusters["default"] = &api.Cluster{Server: "https://127.0.0.1:6443", CertificateAuthorityData: parts[0]}
	c.AuthInfos["default"] = &api.AuthInfo{ClientCertificateData: parts[1], ClientKeyData: parts[2]}
	c.Contexts["default"] = &api.Context{Cluster: "default", AuthInfo: "default"}
	c.CurrentContext = "default"
	text, err := clientcmd.Write(*c)
	if err != nil {
		return err
	}
	return writeFile(file, text, mode)
}
