package main

import (
	"context"
	"encoding/json"
	"os"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
)

// describeNode gives the node the labels and annotations of K3s, its role
// among them, which a kubelet may not claim for itself.
func (s *server) describeNode(ctx context.Context, client kubernetes.Interface) error {
	annotations := map[string]string{"k3s.io/hostname": s.node, "k3s.io/internal-ip": s.address}
	if text, err := os.ReadFile(encryptionFile); err == nil {
		annotations[encryptionAnnotation] = encryptionHash(text)
	}
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{
		"annotations": annotations,
		"labels":      map[string]string{"node-role.kubernetes.io/control-plane": "true"},
	}})
	if err != nil {
		return err
	}
	_, err = client.CoreV1().Nodes().Patch(ctx, s.node, types.MergePatchType, patch, metav1.PatchOptions{})
	return err
}
