package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"sort"
	"strings"
	"time"

	"github.com/sirupsen/logrus"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// K3s keeps in the datastore what makes a cluster itself, so that a copy of the
// datastore and the token are all a restore needs.
var bootstrapFiles = map[string]string{
	"ServerCA":           tlsDir + "/server-ca.crt",
	"ServerCAKey":        tlsDir + "/server-ca.key",
	"ClientCA":           tlsDir + "/client-ca.crt",
	"ClientCAKey":        tlsDir + "/client-ca.key",
	"RequestHeaderCA":    tlsDir + "/request-header-ca.crt",
	"RequestHeaderCAKey": tlsDir + "/request-header-ca.key",
	"ServiceKey":         tlsDir + "/service.key",
	"EncryptionConfig":   encryptionFile,
	"EncryptionHash":     encryptionStateFile,
}

type bootstrapFile struct {
	Timestamp time.Time
	Content   []byte
}

// Clocks may differ by this much before one side counts as newer.
const timeSkew = 3 * time.Second

// reconcile brings the files and the datastore's copy of them together before
// anything is made of them; false when the datastore has none yet.
func (d *datastore) reconcile(ctx context.Context, password string) (bool, error) {
	found, err := d.client.Get(ctx, "/bootstrap", clientv3.WithPrefix())
	if err != nil || len(found.Kvs) == 0 {
		return false, err
	}
	var kept map[string]bootstrapFile
	for _, row := range found.Kvs {
		if string(row.Key) != bootstrapKey(password) {
			continue
		}
		text, err := unseal(row.Value, password)
		if err != nil {
			return false, err
		}
		if err := json.Unmarshal(text, &kept); err != nil {
			return false, err
		}
	}
	if kept == nil {
		return false, errors.New("bootstrap data already found and encrypted with different token")
	}
	return true, recreate(kept)
}

func recreate(kept map[string]bootstrapFile) error {
	var newer []string
	missing := map[string][]byte{}
	for name, file := range kept {
		path := bootstrapFiles[name]
		onDisk, err := os.ReadFile(path)
		if path == "" || err == nil && bytes.Equal(onDisk, file.Content) {
			continue
		}
		if info, err := os.Stat(path); err == nil && info.ModTime().Sub(file.Timestamp) >= timeSkew {
			newer = append(newer, path)
		}
		missing[path] = file.Content
	}
	if len(newer) > 0 {
		sort.Strings(newer)
		return errors.New(strings.Join(newer, ", ") + " newer than datastore and could cause a cluster outage. Remove the file(s) from disk and restart to be recreated from datastore.")
	}
	for path, content := range missing {
		logrus.Warnf("Updating %s on disk from datastore", path)
		mode := os.FileMode(0o600)
		if strings.HasSuffix(path, ".crt") {
			mode = 0o644
		}
		if err := writeFile(path, content, mode); err != nil {
			return err
		}
	}
	return nil
}

// save puts the files of a new cluster into the datastore.
func (d *datastore) save(ctx context.Context, password string) error {
	kept := map[string]bootstrapFile{}
	for name, path := range bootstrapFiles {
		content, err := os.ReadFile(path)
		if os.IsNotExist(err) {
			continue
		} else if err != nil {
			return err
		}
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		kept[name] = bootstrapFile{info.ModTime(), content}
	}
	text, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	sealed, err := seal(text, password)
	if err != nil {
		return err
	}
	key := bootstrapKey(password)
	// kine knows a create by this shape, and no plain put.
	_, err = d.client.Txn(ctx).If(clientv3.Compare(clientv3.ModRevision(key), "=", 0)).Then(clientv3.OpPut(key, string(sealed))).Commit()
	return err
}
