package main

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
)

// bootstrapKey is where in the datastore a token's data is.
func bootstrapKey(password string) string {
	return "/bootstrap/" + fmt.Sprintf("%x", sha256.Sum256([]byte(password)))[:12]
}

// seal encrypts with a key made of the password: K3s' salt:base64(nonce+text).
func seal(text []byte, password string) ([]byte, error) {
	random := make([]byte, 8)
	if _, err := rand.Read(random); err != nil {
		return nil, err
	}
	salt := fmt.Appendf(nil, "%x", random)
	gcm, err := gcmOf(password, salt)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, gcm.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, err
	}
	sealed := base64.StdEncoding.EncodeToString(gcm.Seal(nonce, nonce, text, nil))
	return append(append(salt, ':'), sealed...), nil
}

func unseal(sealed []byte, password string) ([]byte, error) {
	salt, encoded, found := bytes.Cut(sealed, []byte(":"))
	if !found {
		return nil, errors.New("bootstrap data is not in a format this version knows")
	}
	data, err := base64.StdEncoding.DecodeString(string(encoded))
	if err != nil {
		return nil, err
	}
	gcm, err := gcmOf(password, salt)
	if err != nil {
		return nil, err
	}
	return gcm.Open(nil, data[:gcm.NonceSize()], data[gcm.NonceSize():], nil)
}

func gcmOf(password string, salt []byte) (cipher.AEAD, error) {
	key, err := pbkdf2.Key(sha1.New, password, salt, 4096, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
