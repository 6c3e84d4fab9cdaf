package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/sirupsen/logrus"
)

const (
	certificateDays = 365
	renewalDays     = 120 // K3s renews what has fewer left
)

type certificate struct {
	path               string
	name, organization string
	authority          *authority
	// A server's certificate names its addresses; a client's none.
	addresses []string
}

// writeCertificates keeps what still holds and issues the rest, as K3s does at
// each start.
func (s *server) writeCertificates(by *authorities) error {
	api := append([]string{"127.0.0.1", "::1", "localhost", s.node, s.address, serviceIP, "kubernetes",
		"kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc." + clusterDomain}, s.config.list("tls-san")...)
	for _, wanted := range []certificate{
		{tlsDir + "/serving-kube-apiserver", "kube-apiserver", "", by.server, api},
		{agentDir + "/serving-kubelet", s.node, "", by.server, []string{s.node, "127.0.0.1", "localhost", s.address}},
		{tlsDir + "/client-admin", "system:admin", "system:masters", by.client, nil},
		{tlsDir + "/client-kube-apiserver", "system:apiserver", "system:masters", by.client, nil},
		{tlsDir + "/client-controller", "system:kube-controller-manager", "", by.client, nil},
		{tlsDir + "/client-scheduler", "system:kube-scheduler", "", by.client, nil},
		{agentDir + "/client-kube-proxy", "system:kube-proxy", "", by.client, nil},
		{agentDir + "/client-kubelet", "system:node:" + s.node, "system:nodes", by.client, nil},
		{tlsDir + "/client-auth-proxy", "system:auth-proxy", "", by.requestHeader, nil},
	} {
		if err := wanted.ensure(); err != nil {
			return err
		}
	}
	return nil
}

func (c certificate) ensure() error {
	why := c.renewal()
	if why == "" {
		return nil
	}
	logrus.Infof("certificate CN=%s signed by CN=%s: %s", c.name, c.authority.cert.Subject.CommonName, why)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		Subject:      pkix.Name{CommonName: c.name},
		NotBefore:    c.authority.cert.NotBefore, NotAfter: now.AddDate(0, 0, certificateDays),
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	if c.organization != "" {
		template.Subject.Organization = []string{c.organization}
	}
	if c.addresses != nil {
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		template.DNSNames, template.IPAddresses = namesAndAddresses(c.addresses)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, c.authority.cert, key.Public(), c.authority.key)
	if err != nil {
		return err
	}
	return errors.Join(writeCertificate(c.path+".crt", der), writeKey(c.path+".key", key))
}

// renewal is why the certificate has to be issued, empty while it holds.
func (c certificate) renewal() string {
	old, err := readCertificate(c.path + ".crt")
	if err != nil {
		return "new"
	}
	if _, err := os.Stat(c.path + ".key"); err != nil {
		return "its key is gone"
	}
	names, addresses := namesAndAddresses(c.addresses)
	switch {
	case old.CheckSignatureFrom(c.authority.cert) != nil:
		return "another authority"
	case old.Subject.CommonName != c.name:
		return "another name"
	case time.Until(old.NotAfter) < renewalDays*24*time.Hour:
		return "renewed, " + old.NotAfter.Format(time.DateOnly) + " is near"
	case !slices.Equal(old.DNSNames, names) || !slices.EqualFunc(old.IPAddresses, addresses, net.IP.Equal):
		return "other addresses"
	}
	return ""
}

func namesAndAddresses(all []string) (names []string, addresses []net.IP) {
	for _, each := range all {
		if address := net.ParseIP(each); address == nil {
			names = append(names, each)
		} else {
			addresses = append(addresses, address)
		}
	}
	return names, addresses
}

func pair(path string) (certFile, keyFile string) {
	return filepath.Clean(path + ".crt"), filepath.Clean(path + ".key")
}
