//go:build parts

// Package parts names the programs that are built of this module besides the
// server: they share the Kubernetes libraries, compiled once.
package parts

import (
	_ "github.com/coredns/coredns"
	_ "github.com/rancher/local-path-provisioner"
	_ "github.com/traefik/traefik/v3/cmd/traefik"
	_ "sigs.k8s.io/metrics-server/cmd/metrics-server"
)
