// Command k3s stands in for K3s in the lab: unmodified upstream Kubernetes in
// K3s' outside shape, one file under many names.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	_ "time/tzdata"

	"github.com/sirupsen/logrus"
	"github.com/spf13/cobra"
	_ "k8s.io/client-go/plugin/pkg/client/auth"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

// components are the upstream commands by the names the server starts them under.
var components = map[string]func() *cobra.Command{
	"kube-apiserver":          apiserver.NewAPIServerCommand,
	"kube-controller-manager": controllermanager.NewControllerManagerCommand,
	"kube-scheduler":          func() *cobra.Command { return scheduler.NewSchedulerCommand() },
	"kube-proxy":              proxy.NewProxyCommand,
	"kubelet":                 func() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) },
}

// commands are what a person calls.
var commands = map[string]func(args []string) error{
	"server":          serve,
	"kubectl":         kubectl,
	"ctr":             ctr,
	"secrets-encrypt": secretsEncrypt,
	"--version":       printVersion,
	"-v":              printVersion,
	"crictl":          notCovered("crictl: its module cannot be had; use k3s ctr"),
	"check-config":    notCovered("check-config"),
	"token":           notCovered("token"),
	"certificate":     notCovered("certificate"),
	"etcd-snapshot":   notCovered("etcd-snapshot"),
	"agent":           notCovered("agent: one node is all there is"),
}

func main() {
	logrus.SetFormatter(&logrus.TextFormatter{DisableColors: true, FullTimestamp: true})
	logrus.SetOutput(os.Stderr)

	name, args := filepath.Base(os.Args[0]), os.Args[1:]
	if name != "kubectl" && name != "crictl" && name != "ctr" {
		if len(args) == 0 {
			usage()
		}
		name, args = args[0], args[1:]
	}
	// The upstream commands read the arguments of the process.
	os.Args = append([]string{name}, args...)
	if newCommand, ok := components[name]; ok {
		os.Exit(cli.Run(newCommand()))
	}
	command, ok := commands[name]
	if !ok {
		usage()
	}
	if err := command(args); err != nil {
		logrus.Fatal(err)
	}
}

func notCovered(what string) func([]string) error {
	return func([]string) error { return fmt.Errorf("the lab's stand-in for K3s does not cover %s", what) }
}

func usage() {
	fmt.Fprintln(os.Stderr, "usage: k3s server | kubectl | ctr | secrets-encrypt status | --version")
	os.Exit(1)
}
