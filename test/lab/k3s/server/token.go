package main

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"strings"
)

// tokenPassword is the secret part of the server token: the configuration's,
// else the one in the file, else a new one. It is the key to what the datastore
// holds of the cluster's identity.
func (s *server) tokenPassword() (string, error) {
	if given := s.config.text("token", ""); given != "" {
		return normalizeToken(given)
	}
	text, err := os.ReadFile(tokenFile)
	if os.IsNotExist(err) {
		random := make([]byte, 16)
		if _, err := rand.Read(random); err != nil {
			return "", err
		}
		return fmt.Sprintf("%x", random), nil
	} else if err != nil {
		return "", err
	}
	return normalizeToken(string(bytes.TrimSpace(text)))
}

// writeToken writes the token as other servers would be given it: with the hash
// of the authority they are to trust.
func writeToken(password string) error {
	authority, err := os.ReadFile(tlsDir + "/server-ca.crt")
	if err != nil {
		return err
	}
	token := fmt.Sprintf("K10%x::server:%s\n", sha256.Sum256(authority), password)
	if old, err := os.ReadFile(tokenFile); err != nil || string(old) != token {
		if err := writeFile(tokenFile, []byte(token), 0o600); err != nil {
			return err
		}
	}
	return errors.Join(relink(tokenFile, serverDir+"/node-token"), relink(tokenFile, serverDir+"/agent-token"))
}

func normalizeToken(token string) (string, error) {
	if !strings.HasPrefix(token, "K10") {
		return token, nil
	}
	_, credentials, found := strings.Cut(token, "::")
	_, password, named := strings.Cut(credentials, ":")
	if !found || !named {
		return "", errors.New("failed to normalize token; must be in format K10<CA-HASH>::<USERNAME>:<PASSWORD> or <PASSWORD>")
	}
	return password, nil
}
