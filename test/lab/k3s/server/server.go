package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/sirupsen/logrus"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/component-base/version"
)

// server is one run of `k3s server`.
type server struct {
	config        config
	node, address string
	bin           string
	started       time.Time
	children      children
}

// serve runs until it is told to stop or a part of it ends.
func serve(args []string) error {
	if fault != "" {
		return errors.New(fault)
	}
	bin, err := unpack()
	if err != nil {
		return err
	}
	// K3s' process is called k3s-server, and so are its listeners.
	if name, _ := os.ReadFile("/proc/self/comm"); strings.TrimSpace(string(name)) != "k3s-server" {
		self, err := os.Executable()
		if err != nil {
			return err
		}
		return syscall.Exec(bin+"/k3s-server", append([]string{self, "server"}, args...), os.Environ())
	}
	runtime.LockOSThread() // a child is told of the end of the thread that started it
	s := &server{bin: bin, started: time.Now()}
	if s.config, err = readConfig(args); err != nil {
		return err
	}
	logrus.Infof("Starting k3s %s (stand-in)", version.Get().GitVersion)
	// K3s has its own; here the host's are the only ones.
	if _, err := exec.LookPath("iptables"); err != nil {
		return err
	}
	if err := s.identify(); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	s.children.ctx, s.children.fail = context.WithCancelCause(ctx)
	// The components would answer systemd as well.
	notifySocket := os.Getenv("NOTIFY_SOCKET")
	os.Unsetenv("NOTIFY_SOCKET")
	os.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	store, err := openDatastore()
	if err != nil {
		return fmt.Errorf("starting kubernetes: preparing server: start kine: %w", err)
	}
	defer store.close()
	if err := s.prepare(store); err != nil {
		return fmt.Errorf("starting kubernetes: preparing server: %w", err)
	}
	if err := s.start(); err != nil {
		s.children.fail(err)
	} else {
		notify(notifySocket, "READY=1")
		logrus.Infof("k3s is up and running after %s", time.Since(s.started).Round(100*time.Millisecond))
	}
	<-s.children.ctx.Done()
	s.children.join()
	if ctx.Err() != nil {
		return nil
	}
	return context.Cause(s.children.ctx)
}

// identify settles the name and the address of the node.
func (s *server) identify() error {
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	s.node = strings.ToLower(s.config.text("node-name", host))
	if s.address = s.config.text("node-ip", ""); s.address != "" {
		return nil
	}
	// Nothing is sent: the kernel says which address it would send from.
	route, err := net.Dial("udp", "192.0.2.1:9")
	if err != nil {
		return fmt.Errorf("no default route: %w", err)
	}
	defer route.Close()
	s.address = route.LocalAddr().(*net.UDPAddr).IP.String()
	return nil
}

// prepare makes every file the components read; what makes the cluster itself
// comes from the datastore, where it has that.
func (s *server) prepare(store *datastore) error {
	ctx, cancel := context.WithTimeout(s.children.ctx, time.Minute)
	defer cancel()
	password, err := s.tokenPassword()
	if err != nil {
		return err
	}
	known, err := store.reconcile(ctx, password)
	if err != nil {
		return err
	}
	all, err := readAuthorities()
	if err != nil {
		return err
	}
	if err := errors.Join(s.writeEncryption(known), writeToken(password)); err != nil {
		return err
	}
	if !known {
		if err := store.save(ctx, password); err != nil {
			return err
		}
	}
	return errors.Join(s.writeCertificates(all), s.writeKubeconfigs(), s.writeContainerdFiles(), s.writeKubeletFile(), s.writeManifests(), prepareHost())
}

func (s *server) start() error {
	s.children.start("containerd", s.bin+"/containerd", containerdDir+"/containerd.log", s.containerd())
	api := s.component("kube-apiserver", s.apiServer())
	s.children.start("kube-apiserver", api[0], "", api[1:])
	client, err := newClient()
	if err != nil {
		return err
	}
	if err := s.children.wait("kube-apiserver", 3*time.Minute, func() error { return ready(s.children.ctx, client) }); err != nil {
		return err
	}
	for name, arguments := range map[string][]string{"kube-controller-manager": s.controllerManager(), "kube-scheduler": s.scheduler()} {
		words := s.component(name, arguments)
		s.children.start(name, words[0], "", words[1:])
	}
	if err := s.children.wait("containerd", time.Minute, func() error { return dial(containerdSocket) }); err != nil {
		return err
	}
	if err := s.importImages(); err != nil {
		return err
	}
	for name, arguments := range map[string][]string{"kubelet": s.kubelet(), "kube-proxy": s.proxy()} {
		words := s.component(name, arguments)
		s.children.start(name, words[0], "", words[1:])
	}
	s.children.repeat("node", 5*time.Second, func(ctx context.Context) error { return s.describeNode(ctx, client) })
	s.children.repeat("network", 30*time.Second, forwardPods)
	s.children.repeat("manifests", 5*time.Second, s.deployManifests)
	if !s.config.disables("servicelb") {
		s.children.repeat("servicelb", time.Second, func(ctx context.Context) error { return s.balance(ctx, client) })
	}
	return nil
}

// component is this program again under another of its names.
func (s *server) component(name string, arguments []string) []string {
	return append([]string{filepath.Join(s.bin, "k3s-server"), name}, arguments...)
}

func newClient() (kubernetes.Interface, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfigFile)
	if err != nil {
		return nil, err
	}
	config.QPS, config.Burst = 50, 100
	return kubernetes.NewForConfig(config)
}

func ready(ctx context.Context, client kubernetes.Interface) error {
	_, err := client.Discovery().RESTClient().Get().AbsPath("/readyz").Timeout(2 * time.Second).DoRaw(ctx)
	return err
}

func dial(socket string) error {
	connection, err := net.DialTimeout("unix", socket, time.Second)
	if err == nil {
		connection.Close()
	}
	return err
}

func notify(socket, state string) {
	if connection, err := net.Dial("unixgram", socket); err == nil {
		fmt.Fprint(connection, state)
		connection.Close()
	}
}
