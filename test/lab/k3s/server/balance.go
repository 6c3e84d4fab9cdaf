package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/cloud-provider/service/helpers"
)

const (
	balancerNamespace = "kube-system"
	balancedName      = "svccontroller.k3s.cattle.io/svcname"
	balancedNamespace = "svccontroller.k3s.cattle.io/svcnamespace"
	balancerSpec      = "lab.k3s/spec"
)

// balance does what K3s' ServiceLB does: a DaemonSet for each LoadBalancer
// Service takes its ports on the node, and the Service's address is the node's
// for as long as that pod is ready.
func (s *server) balance(ctx context.Context, client kubernetes.Interface) error {
	cached := metav1.ListOptions{ResourceVersion: "0"}
	services, err := client.CoreV1().Services("").List(ctx, cached)
	if err != nil {
		return err
	}
	sets, err := client.AppsV1().DaemonSets(balancerNamespace).List(ctx, metav1.ListOptions{ResourceVersion: "0", LabelSelector: balancedName})
	if err != nil {
		return err
	}
	existing := map[string]v1.DaemonSet{}
	for _, each := range sets.Items {
		existing[each.Name] = each
	}
	var problems []error
	for _, service := range services.Items {
		if !balanced(&service) {
			continue
		}
		name := balancerName(&service)
		old, found := existing[name]
		delete(existing, name)
		problems = append(problems, ensureBalancer(ctx, client, &service, &old, found), s.publish(ctx, client, &service))
	}
	for _, orphan := range slices.Sorted(maps.Keys(existing)) {
		err := client.AppsV1().DaemonSets(balancerNamespace).Delete(ctx, orphan, metav1.DeleteOptions{})
		if !apierrors.IsNotFound(err) {
			problems = append(problems, err)
		}
	}
	return errors.Join(problems...)
}

// Another class is another controller's.
func balanced(service *core.Service) bool {
	return service.Spec.Type == core.ServiceTypeLoadBalancer && service.Spec.LoadBalancerClass == nil &&
		service.DeletionTimestamp == nil && len(service.Spec.ClusterIPs) > 0 && service.Spec.ClusterIP != "None"
}

func balancerName(service *core.Service) string {
	name := service.Name
	if len(name) > 48 {
		name = strings.TrimRight(name[:48], "-")
	}
	return fmt.Sprintf("svclb-%s-%s", name, service.UID[:8])
}

func ensureBalancer(ctx context.Context, client kubernetes.Interface, service *core.Service, old *v1.DaemonSet, found bool) error {
	wanted, err := newBalancer(service)
	if err != nil {
		return err
	}
	spec, err := json.Marshal(wanted.Spec)
	if err != nil {
		return err
	}
	wanted.Annotations = map[string]string{balancerSpec: string(spec)}
	sets := client.AppsV1().DaemonSets(balancerNamespace)
	if !found {
		account := &core.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "svclb", Namespace: balancerNamespace}}
		if _, err := client.CoreV1().ServiceAccounts(balancerNamespace).Create(ctx, account, metav1.CreateOptions{}); err != nil && !apierrors.IsAlreadyExists(err) {
			return err
		}
		_, err = sets.Create(ctx, wanted, metav1.CreateOptions{})
		// The cache of a moment ago may not have it yet.
		if apierrors.IsAlreadyExists(err) {
			return nil
		}
		return err
	}
	if old.Annotations[balancerSpec] == string(spec) {
		return nil
	}
	changed := old.DeepCopy()
	changed.Annotations, changed.Spec = wanted.Annotations, wanted.Spec
	_, err = sets.Update(ctx, changed, metav1.UpdateOptions{})
	return err
}

// publish writes the node's address into the Service's status, or takes it out.
func (s *server) publish(ctx context.Context, client kubernetes.Interface, service *core.Service) error {
	reached, err := s.reached(ctx, client, service)
	if err != nil {
		return err
	}
	status := core.LoadBalancerStatus{}
	if reached {
		mode := core.LoadBalancerIPModeVIP
		status.Ingress = []core.LoadBalancerIngress{{IP: s.address, IPMode: &mode}}
	}
	if helpers.LoadBalancerStatusEqual(&service.Status.LoadBalancer, &status) {
		return nil
	}
	changed := service.DeepCopy()
	changed.Status.LoadBalancer = status
	_, err = helpers.PatchService(client.CoreV1(), service, changed)
	return err
}

func (s *server) reached(ctx context.Context, client kubernetes.Interface, service *core.Service) (bool, error) {
	selector := fmt.Sprintf("%s=%s,%s=%s", balancedName, service.Name, balancedNamespace, service.Namespace)
	pods, err := client.CoreV1().Pods(balancerNamespace).List(ctx, metav1.ListOptions{ResourceVersion: "0", LabelSelector: selector})
	if err != nil || !slices.ContainsFunc(pods.Items, readyPod) || !helpers.RequestsOnlyLocalTraffic(service) {
		return err == nil && slices.ContainsFunc(pods.Items, readyPod), err
	}
	slices, err := client.DiscoveryV1().EndpointSlices(service.Namespace).List(ctx, metav1.ListOptions{ResourceVersion: "0", LabelSelector: "kubernetes.io/service-name=" + service.Name})
	if err != nil {
		return false, err
	}
	for _, slice := range slices.Items {
		for _, endpoint := range slice.Endpoints {
			if endpoint.Conditions.Ready != nil && *endpoint.Conditions.Ready {
				return true, nil
			}
		}
	}
	return false, nil
}

func readyPod(pod core.Pod) bool {
	return pod.Status.PodIP != "" && slices.ContainsFunc(pod.Status.Conditions, func(each core.PodCondition) bool {
		return each.Type == core.PodReady && each.Status == core.ConditionTrue
	})
}
