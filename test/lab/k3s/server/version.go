package main

import (
	"fmt"
	"runtime"

	"k8s.io/component-base/version"
)

// fault is what a variant that is to fail says as it ends; set when it is linked.
var fault string

func printVersion([]string) error {
	fmt.Printf("k3s version %s (stand-in)\ngo version %s\n", version.Get().GitVersion, runtime.Version())
	fmt.Println("not K3s: upstream Kubernetes in K3s' outside shape, made by the lab where K3s cannot be had")
	return nil
}
