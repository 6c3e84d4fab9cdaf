package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/sirupsen/logrus"
)

//go:embed manifests/*.yaml
var addOns embed.FS

// writeManifests lays K3s' add-ons out, and takes away what is disabled.
func (s *server) writeManifests() error {
	files, err := addOns.ReadDir("manifests")
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := addOns.ReadFile("manifests/" + file.Name())
		if err != nil {
			return err
		}
		path := filepath.Join(manifestDir, file.Name())
		if s.config.disables(addOnOf(path)) {
			if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
				return err
			}
			continue
		}
		if old, err := os.ReadFile(path); err == nil && string(old) == string(text) {
			continue
		}
		if err := writeFile(path, text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// deployManifests applies what is new in the folder, K3s' and the operator's,
// and deletes the objects of an add-on that was disabled.
func (s *server) deployManifests(ctx context.Context) error {
	files, err := filepath.Glob(manifestDir + "/*.yaml")
	if err != nil {
		return err
	}
	applied := filepath.Join(serverDir, "applied")
	if err := os.MkdirAll(applied, 0o700); err != nil {
		return err
	}
	var problems []error
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		memory := filepath.Join(applied, filepath.Base(file))
		if last, err := os.ReadFile(memory); err == nil && string(last) == string(text) {
			continue
		}
		err = s.kubectl(ctx, "apply", "--server-side", "--force-conflicts", "--field-manager=deploy@"+s.node, "--filename", file)
		if err == nil {
			logrus.Infof("Applied manifest at %q", file)
			err = writeFile(memory, text, 0o600)
		}
		problems = append(problems, err)
	}
	for _, addOn := range s.config.list("disable") {
		memory := filepath.Join(applied, addOn+".yaml")
		if _, err := os.Stat(memory); err != nil {
			continue
		}
		err := s.kubectl(ctx, "delete", "--ignore-not-found", "--wait=false", "--filename", memory)
		if err == nil {
			err = os.Remove(memory)
		}
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}

func (s *server) kubectl(ctx context.Context, words ...string) error {
	command := exec.CommandContext(ctx, "/proc/self/exe", append([]string{"kubectl", "--kubeconfig=" + credDir + "/admin.kubeconfig"}, words...)...)
	if said, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("kubectl %s: %w: %s", words[0], err, said)
	}
	return nil
}

func addOnOf(file string) string {
	return strings.TrimSuffix(filepath.Base(file), ".yaml")
}
