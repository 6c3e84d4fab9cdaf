#!/bin/sh
# A double of K3s' install script: what its documentation promises of the variables below, of the files it leaves and of
# the words it says, and nothing else. It downloads nothing.
#
#   INSTALL_K3S_SKIP_DOWNLOAD  has to be true: the program lies in its place already
#   INSTALL_K3S_VERSION        has to be the version of that program, when given
#   INSTALL_K3S_EXEC           arguments of the service, like those of this script
#   INSTALL_K3S_SKIP_START     true: the service is enabled and not started
#   INSTALL_K3S_SKIP_ENABLE    true: neither
#   INSTALL_K3S_FORCE_RESTART  true: it is started anew although nothing changed
#   INSTALL_K3S_SYMLINK        skip, or force: whether kubectl, crictl and ctr are linked
#   INSTALL_K3S_BIN_DIR        /usr/local/bin
#   INSTALL_K3S_SYSTEMD_DIR    /etc/systemd/system
#   K3S_*                      kept for the service
set -eu

BIN=${INSTALL_K3S_BIN_DIR:-/usr/local/bin}
UNITS=${INSTALL_K3S_SYSTEMD_DIR:-/etc/systemd/system}
UNIT=$UNITS/k3s.service

say() { echo '[INFO] ' "$@"; }
die() { echo '[ERROR] ' "$@" >&2; exit 1; }
state() { sha256sum "$BIN/k3s" "$UNIT" "$UNIT.env" 2>&1 || true; }

[ "$(id -u)" = 0 ] || die 'This double of the script has to be run as root'
command -v systemctl > /dev/null || die 'Can not find systemd or openrc to use as a process supervisor for k3s'
[ "${INSTALL_K3S_SKIP_DOWNLOAD:-}" = true ] || die "This double of the script downloads nothing: set INSTALL_K3S_SKIP_DOWNLOAD=true"

# shellcheck disable=SC2086 # several words, as documented
set -- ${INSTALL_K3S_EXEC:-} "$@"
case ${1:-} in
  server) shift ;;
  '' | -*) ;;
  *) die "This double of the script installs servers only, not $1" ;;
esac

say 'Skipping k3s download and verify'
[ -x "$BIN/k3s" ] || die "Executable k3s binary not found at $BIN/k3s"
if [ -n "${INSTALL_K3S_VERSION:-}" ]; then
  found=$("$BIN/k3s" --version | sed -n 's/^k3s version \([^ ]*\).*/\1/p')
  [ "$found" = "$INSTALL_K3S_VERSION" ] || die "$BIN/k3s is $found, not $INSTALL_K3S_VERSION"
fi
before=$(state)

for name in kubectl crictl ctr; do
  [ "${INSTALL_K3S_SYMLINK:-}" != skip ] || break
  if [ "${INSTALL_K3S_SYMLINK:-}" != force ] && { [ -e "$BIN/$name" ] || command -v "$name" > /dev/null; }; then
    say "Skipping $BIN/$name symlink to k3s, already exists"
  else
    say "Creating $BIN/$name symlink to k3s"
    ln -sf k3s "$BIN/$name"
  fi
done

say "Creating killall script $BIN/k3s-killall.sh"
cat > "$BIN/k3s-killall.sh" << 'SCRIPT'
#!/bin/sh
# Stops K3s and every pod, and takes away what they left in the kernel; the data stays.
[ "$(id -u)" = 0 ] || exec sudo "$0" "$@"
systemctl stop k3s.service
# A shim's children are its pod; both have to go at once, or the shim reports to nobody.
for shim in $(ps -e -o pid= -o args= | sed -n 's|^ *\([0-9]*\) .*/var/lib/rancher/k3s/data/[^/]*/bin/containerd-shim.*|\1|p'); do
  # shellcheck disable=SC2046 # one word a process
  kill -9 "$shim" $(ps -e -o ppid= -o pid= | awk -v shim="$shim" '{ parent[$2] = $1 } END { for (p in parent) { for (q = p; q != "" && q != shim; q = parent[q]) ; if (q == shim && p != shim) print p } }') 2> /dev/null
done
for place in /run/k3s /var/lib/kubelet/pods /var/lib/kubelet/plugins /run/netns/cni-; do
  awk -v place="$place" 'index($2, place) == 1 { print $2 }' /proc/self/mounts | sort -r | while read -r path; do umount -f "$path" && rm -rf "$path"; done
done
ip netns list 2> /dev/null | awk '/^cni-/ { print $1 }' | xargs -r -n 1 ip netns delete
ip -o link show master cni0 2> /dev/null | sed -n 's/^[0-9]*: \([^@:]*\).*/\1/p' | xargs -r -n 1 ip link delete
for link in cni0 flannel.1; do ip link delete "$link" 2> /dev/null; done
rm -rf /var/lib/cni
for family in iptables ip6tables; do
  command -v "$family-save" > /dev/null && "$family-save" | grep -v -e KUBE- -e CNI- | grep -iv flannel | "$family-restore"
done
exit 0
SCRIPT

say "Creating uninstall script $BIN/k3s-uninstall.sh"
cat > "$BIN/k3s-uninstall.sh" << SCRIPT
#!/bin/sh
# Takes K3s away with everything it kept: volumes, datastore, configuration.
[ "\$(id -u)" = 0 ] || exec sudo "\$0" "\$@"
"$BIN/k3s-killall.sh"
systemctl disable k3s.service
rm -f "$UNIT" "$UNIT.env"
systemctl daemon-reload
systemctl reset-failed k3s.service 2> /dev/null
for name in kubectl crictl ctr; do [ ! -L "$BIN/\$name" ] || rm -f "$BIN/\$name"; done
# What is mounted stays, empty.
for folder in /var/lib/rancher/k3s /var/lib/kubelet; do
  [ ! -d "\$folder" ] || find "\$folder" -xdev -depth -mindepth 1 -delete
  rmdir "\$folder" 2> /dev/null
done
rm -rf /etc/rancher/k3s /run/k3s /run/flannel
rm -f "$BIN/k3s" "$BIN/k3s-killall.sh" "$BIN/k3s-uninstall.sh"
exit 0
SCRIPT
chmod 755 "$BIN/k3s-killall.sh" "$BIN/k3s-uninstall.sh"

say "env: Creating environment file $UNIT.env"
(umask 077 && env | grep -E '^(K3S|CONTAINERD)_' > "$UNIT.env") || true

say "systemd: Creating service file $UNIT"
cat > "$UNIT" << SERVICE
[Unit]
Description=Lightweight Kubernetes
Documentation=https://k3s.io
Wants=network-online.target
After=network-online.target

[Install]
WantedBy=multi-user.target

[Service]
Type=notify
EnvironmentFile=-/etc/default/%N
EnvironmentFile=-/etc/sysconfig/%N
EnvironmentFile=-$UNIT.env
KillMode=process
Delegate=yes
User=root
LimitNOFILE=1048576
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
TimeoutStartSec=0
Restart=always
RestartSec=5s
ExecStartPre=-/sbin/modprobe br_netfilter
ExecStartPre=-/sbin/modprobe overlay
ExecStart=$BIN/k3s \\
    server$(for word in "$@"; do printf " \\\\\n\t'%s'" "$word"; done)
SERVICE

[ "${INSTALL_K3S_SKIP_ENABLE:-}" != true ] || exit 0
say 'systemd: Enabling k3s unit'
systemctl enable --quiet "$UNIT"
systemctl daemon-reload
[ "${INSTALL_K3S_SKIP_START:-}" != true ] || exit 0
if [ "$before" = "$(state)" ] && [ "${INSTALL_K3S_FORCE_RESTART:-}" != true ]; then
  say 'No change detected so skipping service start'
  exit 0
fi
say 'systemd: Starting k3s'
systemctl restart k3s
