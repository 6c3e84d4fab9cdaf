package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/sirupsen/logrus"
)

// A container may not raise its own limits, so OOM scores stay.
const containerdText = `version = 3
root = "@root"
state = "/run/k3s/containerd"

[grpc]
  address = "@socket"

[plugins.'io.containerd.grpc.v1.cri']
  stream_server_address = "127.0.0.1"
  stream_server_port = "10010"
[plugins.'io.containerd.cri.v1.images']
  snapshotter = "overlayfs"
[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = "@pause"
[plugins.'io.containerd.cri.v1.images'.registry]
  config_path = "@etc/containerd/certs.d"

[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = true
  enable_unprivileged_ports = true
  enable_unprivileged_icmp = true
[plugins.'io.containerd.cri.v1.runtime'.cni]
  bin_dirs = ["@bin"]
  conf_dir = "@etc/cni/net.d"
[plugins.'io.containerd.cri.v1.runtime'.containerd]
  default_runtime_name = "runc"
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
  SystemdCgroup = false
`

// Every registry is this node's own closed port: an image that is missing fails
// at once, and nothing leaves the lab.
const registryText = `server = "http://127.0.0.1:5000"
[host."http://127.0.0.1:5000"]
  capabilities = ["pull", "resolve"]
`

func (s *server) containerd() []string {
	return []string{"--config", etcDir + "/containerd/config.toml", "--log-level=warn"}
}

func (s *server) writeContainerdFiles() error {
	text := strings.NewReplacer("@root", containerdDir, "@socket", containerdSocket, "@pause", pauseImage, "@etc", etcDir, "@bin", s.bin).Replace(containerdText)
	return errors.Join(
		os.MkdirAll(containerdDir, 0o700),
		os.MkdirAll(imageDir, 0o755),
		writeFile(etcDir+"/containerd/config.toml", []byte(text), 0o600),
		writeFile(etcDir+"/containerd/certs.d/_default/hosts.toml", []byte(registryText), 0o600),
		writeFile(etcDir+"/cni/net.d/10-flannel.conflist", []byte(cniText), 0o600),
	)
}

// importImages brings the archives of agent/images in, each once as it is. What
// is imported is pinned: the kubelet would delete what no pod uses.
func (s *server) importImages() error {
	memory := containerdDir + "/imported.json"
	imported := map[string]string{}
	if text, err := os.ReadFile(memory); err == nil {
		if err := json.Unmarshal(text, &imported); err != nil {
			return err
		}
	}
	archives, err := filepath.Glob(imageDir + "/*.tar*")
	if err != nil {
		return err
	}
	for _, archive := range archives {
		info, err := os.Stat(archive)
		if err != nil {
			return err
		}
		stamp := fmt.Sprint(info.Size(), " ", info.ModTime().UnixNano())
		if imported[archive] == stamp {
			continue
		}
		start := time.Now()
		if err := s.importArchive(archive); err != nil {
			logrus.Errorf("Failed to import images from %s: %v", archive, err)
			continue
		}
		logrus.Infof("Imported images from %s in %s", archive, time.Since(start).Round(time.Millisecond))
		imported[archive] = stamp
	}
	text, err := json.Marshal(imported)
	if err != nil {
		return err
	}
	return writeFile(memory, text, 0o600)
}

func (s *server) importArchive(archive string) error {
	file, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer file.Close()
	command := exec.Command(s.bin+"/ctr", "--address", containerdSocket, "--namespace", "k8s.io", "images", "import", "--local", "--label", "io.cri-containerd.pinned=pinned", "-")
	command.Stdin = file
	if strings.HasSuffix(archive, ".zst") {
		plain, err := zstd.NewReader(file)
		if err != nil {
			return err
		}
		defer plain.Close()
		command.Stdin = plain
	}
	if said, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, said)
	}
	return nil
}

// ctr is containerd's own, at K3s' socket.
func ctr(args []string) error {
	return syscall.Exec(dataDir+"/data/current/bin/ctr", append([]string{"ctr", "--address", containerdSocket, "--namespace", "k8s.io"}, args...), os.Environ())
}
