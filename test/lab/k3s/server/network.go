package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"github.com/sirupsen/logrus"
)

// One node needs no tunnel to others: a bridge of the name that flannel's has.
const cniText = `{
  "name": "cbr0",
  "cniVersion": "1.0.0",
  "plugins": [
    {
      "type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": false, "hairpinMode": true,
      "ipam": { "type": "host-local", "ranges": [[{ "subnet": "` + nodeCIDR + `" }]], "routes": [{ "dst": "0.0.0.0/0" }], "dataDir": "/run/k3s/cni" }
    },
    { "type": "portmap", "capabilities": { "portMappings": true } }
  ]
}
`

// prepareHost does what K3s does, and a container needs besides.
func prepareHost() error {
	// Volumes are mounted into pods from here.
	if err := syscall.Mount("", "/", "", syscall.MS_SHARED|syscall.MS_REC, ""); err != nil {
		return fmt.Errorf("make / shared: %w", err)
	}
	for name, value := range map[string]string{"net/ipv4/ip_forward": "1", "net/bridge/bridge-nf-call-iptables": "1", "net/bridge/bridge-nf-call-ip6tables": "1"} {
		if err := os.WriteFile("/proc/sys/"+name, []byte(value), 0o644); err != nil {
			logrus.Warnf("Failed to set sysctl %s: %v", name, err)
		}
	}
	return nil
}

// The rules flannel keeps: pods are forwarded whatever the policy, and leave
// under the node's address.
var podRules = [][2]string{
	{"filter", "FLANNEL-FWD -s " + clusterCIDR + " -j ACCEPT"},
	{"filter", "FLANNEL-FWD -d " + clusterCIDR + " -j ACCEPT"},
	{"filter", "FORWARD -j FLANNEL-FWD"},
	{"nat", "FLANNEL-POSTRTG -m mark --mark 0x4000/0x4000 -j RETURN"},
	{"nat", "FLANNEL-POSTRTG -s " + nodeCIDR + " -d " + clusterCIDR + " -j RETURN"},
	{"nat", "FLANNEL-POSTRTG -s " + clusterCIDR + " ! -d 224.0.0.0/4 -j MASQUERADE --random-fully"},
	{"nat", "POSTROUTING -j FLANNEL-POSTRTG"},
}

// forwardPods puts back what is missing of the rules.
func forwardPods(ctx context.Context) error {
	iptables := func(table, action, rule string) error {
		words := append([]string{"-w", "-t", table, action}, strings.Fields(rule)...)
		if said, err := exec.CommandContext(ctx, "iptables", words...).CombinedOutput(); err != nil {
			return fmt.Errorf("iptables %s: %w: %s", strings.Join(words, " "), err, said)
		}
		return nil
	}
	for _, each := range podRules {
		table, rule := each[0], each[1]
		if iptables(table, "-C", rule) == nil {
			continue
		}
		if chain := strings.Fields(rule)[0]; strings.HasPrefix(chain, "FLANNEL-") {
			iptables(table, "-N", chain) //nolint:errcheck // it may be there
		}
		if err := iptables(table, "-A", rule); err != nil {
			return err
		}
	}
	return nil
}
