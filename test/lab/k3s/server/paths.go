package main

// K3s' own paths, so that what is written for K3s finds its things here.
const (
	configFile     = "/etc/rancher/k3s/config.yaml"
	kubeconfigFile = "/etc/rancher/k3s/k3s.yaml"

	dataDir = "/var/lib/rancher/k3s"

	serverDir   = dataDir + "/server"
	tlsDir      = serverDir + "/tls"
	credDir     = serverDir + "/cred"
	manifestDir = serverDir + "/manifests"
	tokenFile   = serverDir + "/token"
	stateDB     = serverDir + "/db/state.db"
	kineSocket  = serverDir + "/kine.sock"

	agentDir      = dataDir + "/agent"
	imageDir      = agentDir + "/images"
	etcDir        = agentDir + "/etc"
	containerdDir = agentDir + "/containerd"

	runDir           = "/run/k3s"
	containerdSocket = runDir + "/containerd/containerd.sock"
)

// The only networks there are here; the configuration may name them, and no others.
const (
	clusterCIDR   = "10.42.0.0/16"
	nodeCIDR      = "10.42.0.0/24"
	serviceCIDR   = "10.43.0.0/16"
	serviceIP     = "10.43.0.1"
	clusterDNS    = "10.43.0.10"
	clusterDomain = "cluster.local"
)

const (
	pauseImage        = "docker.io/rancher/mirrored-pause:3.6"
	loadBalancerImage = "rancher/klipper-lb:v0.4.17"
)
