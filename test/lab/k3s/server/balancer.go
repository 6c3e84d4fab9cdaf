package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/cloud-provider/service/helpers"
)

// newBalancer is the DaemonSet of a Service: a container a port, which forwards
// what comes in at that port of the node.
func newBalancer(service *core.Service) (*v1.DaemonSet, error) {
	ranges, err := helpers.GetLoadBalancerSourceRanges(service)
	if err != nil {
		return nil, err
	}
	// The set has no order, and a pod is made anew when its environment changes.
	sources := strings.Join(slices.Sorted(slices.Values(ranges.StringSlice())), ",")
	name, one, no := balancerName(service), intstr.FromInt32(1), false
	labels := map[string]string{balancedName: service.Name, balancedNamespace: service.Namespace}
	podLabels := map[string]string{"app": name, balancedName: service.Name, balancedNamespace: service.Namespace}
	pod := core.PodSpec{
		AutomountServiceAccountToken: &no,
		PriorityClassName:            "system-node-critical",
		ServiceAccountName:           "svclb",
		SecurityContext:              &core.PodSecurityContext{Sysctls: []core.Sysctl{{Name: "net.ipv4.ip_forward", Value: "1"}}},
		Tolerations: []core.Toleration{
			{Key: "node-role.kubernetes.io/master", Operator: core.TolerationOpExists, Effect: core.TaintEffectNoSchedule},
			{Key: "node-role.kubernetes.io/control-plane", Operator: core.TolerationOpExists, Effect: core.TaintEffectNoSchedule},
			{Key: "CriticalAddonsOnly", Operator: core.TolerationOpExists},
		},
	}
	for _, port := range service.Spec.Ports {
		pod.Containers = append(pod.Containers, forwarder(service, port, sources))
	}
	return &v1.DaemonSet{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: balancerNamespace, Labels: labels},
		Spec: v1.DaemonSetSpec{
			Selector:       &metav1.LabelSelector{MatchLabels: map[string]string{"app": name}},
			Template:       core.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: podLabels}, Spec: pod},
			UpdateStrategy: v1.DaemonSetUpdateStrategy{Type: v1.RollingUpdateDaemonSetStrategyType, RollingUpdate: &v1.RollingUpdateDaemonSet{MaxUnavailable: &one}},
		},
	}, nil
}

func forwarder(service *core.Service, port core.ServicePort, sources string) core.Container {
	name := fmt.Sprintf("lb-%s-%d", strings.ToLower(string(port.Protocol)), port.Port)
	environment := []core.EnvVar{
		{Name: "SRC_PORT", Value: strconv.Itoa(int(port.Port))},
		{Name: "SRC_RANGES", Value: sources},
		{Name: "DEST_PROTO", Value: string(port.Protocol)},
	}
	if helpers.RequestsOnlyLocalTraffic(service) {
		environment = append(environment,
			core.EnvVar{Name: "DEST_PORT", Value: strconv.Itoa(int(port.NodePort))},
			core.EnvVar{Name: "DEST_IPS", ValueFrom: &core.EnvVarSource{FieldRef: &core.ObjectFieldSelector{APIVersion: "v1", FieldPath: "status.hostIPs"}}})
	} else {
		environment = append(environment,
			core.EnvVar{Name: "DEST_PORT", Value: strconv.Itoa(int(port.Port))},
			core.EnvVar{Name: "DEST_IPS", Value: strings.Join(service.Spec.ClusterIPs, ",")})
	}
	return core.Container{
		Name:            name,
		Image:           loadBalancerImage,
		ImagePullPolicy: core.PullIfNotPresent,
		Ports:           []core.ContainerPort{{Name: name, ContainerPort: port.Port, HostPort: port.Port, Protocol: port.Protocol}},
		Env:             environment,
		SecurityContext: &core.SecurityContext{Capabilities: &core.Capabilities{Add: []core.Capability{"NET_ADMIN"}}},
	}
}
