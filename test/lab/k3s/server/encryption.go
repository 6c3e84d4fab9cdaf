package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	encryptionFile       = credDir + "/encryption-config.json"
	encryptionStateFile  = credDir + "/encryption-state.json"
	encryptionAnnotation = "k3s.io/encryption-config-hash"
)

type encryptionConfig struct {
	Kind       string               `json:"kind"`
	APIVersion string               `json:"apiVersion"`
	Resources  []encryptedResources `json:"resources"`
}

type encryptedResources struct {
	Resources []string             `json:"resources"`
	Providers []encryptionProvider `json:"providers"`
}

type encryptionProvider struct {
	AESCBC   *encryptionKeys `json:"aescbc,omitempty"`
	Identity *struct{}       `json:"identity,omitempty"`
}

type encryptionKeys struct {
	Keys []encryptionKey `json:"keys"`
}

type encryptionKey struct {
	Name   string `json:"name"`
	Secret string `json:"secret"`
}

// writeEncryption makes the key that a new cluster's Secrets are encrypted with,
// where that is wanted.
func (s *server) writeEncryption(known bool) error {
	if _, err := os.Stat(encryptionFile); err == nil || !s.config.flag("secrets-encryption") {
		return nil
	}
	if known {
		return errors.New("the lab's stand-in for K3s cannot turn secrets-encryption on in a cluster that was made without it")
	}
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	text, err := json.Marshal(encryptionConfig{"EncryptionConfiguration", "apiserver.config.k8s.io/v1", []encryptedResources{{
		[]string{"secrets"},
		[]encryptionProvider{
			{AESCBC: &encryptionKeys{[]encryptionKey{{"aescbckey", base64.StdEncoding.EncodeToString(key)}}}},
			{Identity: &struct{}{}},
		},
	}}})
	if err != nil {
		return err
	}
	return errors.Join(writeFile(encryptionFile, text, 0o600), writeFile(encryptionStateFile, []byte(encryptionHash(text)), 0o600))
}

func encryptionHash(text []byte) string {
	return fmt.Sprintf("start-%x", sha256.Sum256(text))
}

// secretsEncrypt prints what K3s prints of a running server.
func secretsEncrypt(args []string) error {
	if len(args) != 1 || args[0] != "status" {
		return notCovered("secrets-encrypt but its status")(nil)
	}
	client, err := newClient()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	nodes, err := client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("see server log for details: %w", err)
	}
	text, err := os.ReadFile(encryptionFile)
	if os.IsNotExist(err) {
		fmt.Println("Encryption Status: Disabled, no configuration file found")
		return nil
	} else if err != nil {
		return err
	}
	var config encryptionConfig
	if err := json.Unmarshal(text, &config); err != nil {
		return err
	}
	status, rows := "Disabled", ""
	for i, provider := range config.Resources[0].Providers {
		if provider.AESCBC == nil {
			continue
		}
		for j, key := range provider.AESCBC.Keys {
			active := " "
			if i == 0 && j == 0 {
				status, active = "Enabled", "*"
			}
			rows += fmt.Sprintf(" %s      AES-CBC   %s\n", active, key.Name)
		}
	}
	hashes := "All hashes match"
	for _, node := range nodes.Items {
		if node.Annotations[encryptionAnnotation] != encryptionHash(text) {
			hashes = fmt.Sprintf("hash does not match between %s and the file", node.Name)
		}
	}
	fmt.Printf("Encryption Status: %s\nCurrent Rotation Stage: start\nServer Encryption Hashes: %s\n\n", status, hashes)
	fmt.Printf("Active  Key Type  Name\n------  --------  ----\n%s\n", rows)
	return nil
}
