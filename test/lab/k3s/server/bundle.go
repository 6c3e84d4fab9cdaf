package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"
)

//go:embed bundle
var bundle embed.FS

// unpack lays the programs of the bundle out as K3s does, once per content,
// and gives back the folder they are in. Another version's shims go on running
// from their own folder.
func unpack() (string, error) {
	data, err := bundle.ReadFile("bundle/bundle.tar.zst")
	if err != nil {
		return "", errors.New("this k3s was built without its bundle: see test/lab/k3s/README.md")
	}
	root := filepath.Join(dataDir, "data", fmt.Sprintf("%x", sha256.Sum256(data)))
	bin := filepath.Join(root, "bin")
	if _, err := os.Stat(bin); err != nil {
		if err := extract(data, root); err != nil {
			return "", err
		}
	}
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	// A link's name is what the kernel calls the process that was started by it.
	if err := relink(self, filepath.Join(bin, "k3s-server")); err != nil {
		return "", err
	}
	return bin, relink(root, filepath.Join(dataDir, "data", "current"))
}

func extract(data []byte, root string) error {
	unfinished := root + "-tmp"
	if err := os.RemoveAll(unfinished); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(unfinished, "bin"), 0o755); err != nil {
		return err
	}
	plain, err := zstd.NewReader(bytes.NewReader(data))
	if err != nil {
		return err
	}
	defer plain.Close()
	for files := tar.NewReader(plain); ; {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			return os.Rename(unfinished, root)
		} else if err != nil {
			return err
		}
		if header.Typeflag != tar.TypeReg {
			continue
		}
		file, err := os.OpenFile(filepath.Join(unfinished, "bin", filepath.Base(header.Name)), os.O_CREATE|os.O_WRONLY, 0o755)
		if err != nil {
			return err
		}
		_, err = io.Copy(file, files)
		if err = errors.Join(err, file.Close()); err != nil {
			return err
		}
	}
}

func relink(target, path string) error {
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return err
	}
	return os.Symlink(target, path)
}
