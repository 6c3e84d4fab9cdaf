package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"time"

	"k8s.io/client-go/util/keyutil"
)

// authority signs the certificates of one of K3s' three trusts.
type authority struct {
	cert *x509.Certificate
	key  crypto.Signer
}

type authorities struct{ server, client, requestHeader *authority }

// readAuthorities reads the three authorities and the key of the service
// accounts, and makes what a new cluster does not have yet.
func readAuthorities() (*authorities, error) {
	var all authorities
	for name, into := range map[string]**authority{"server": &all.server, "client": &all.client, "request-header": &all.requestHeader} {
		made, err := readAuthority(filepath.Join(tlsDir, name+"-ca"), "k3s-"+name+"-ca")
		if err != nil {
			return nil, err
		}
		*into = made
	}
	service := filepath.Join(tlsDir, "service.key")
	if _, err := os.Stat(service); os.IsNotExist(err) {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			return nil, err
		}
		return &all, writeKey(service, key)
	}
	return &all, nil
}

func readAuthority(path, name string) (*authority, error) {
	cert, err := readCertificate(path + ".crt")
	if os.IsNotExist(err) {
		return newAuthority(path, name)
	} else if err != nil {
		return nil, err
	}
	key, err := keyutil.PrivateKeyFromFile(path + ".key")
	if err != nil {
		return nil, err
	}
	return &authority{cert, key.(crypto.Signer)}, nil
}

func newAuthority(path, name string) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		Subject:      pkix.Name{CommonName: fmt.Sprintf("%s@%d", name, now.Unix())},
		NotBefore:    now.Add(-time.Minute), NotAfter: now.AddDate(10, 0, 0),
		IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &authority{cert, key}, errors.Join(writeCertificate(path+".crt", der), writeKey(path+".key", key))
}

func readCertificate(file string) (*x509.Certificate, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s holds no certificate", file)
	}
	return x509.ParseCertificate(block.Bytes)
}

func writeCertificate(file string, der []byte) error {
	return writeFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644)
}

func writeKey(file string, key crypto.PrivateKey) error {
	text, err := keyutil.MarshalPrivateKeyToPEM(key)
	if err != nil {
		return err
	}
	return writeFile(file, text, 0o600)
}

// writeFile never leaves half a file behind.
func writeFile(file string, text []byte, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	unfinished := file + ".tmp"
	if err := os.WriteFile(unfinished, text, mode); err != nil {
		return err
	}
	// The mode of a file that is there already would stay.
	return errors.Join(os.Chmod(unfinished, mode), os.Rename(unfinished, file))
}
