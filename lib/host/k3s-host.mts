import { anything, atLeast, oneOf, type Want } from '../engine/want.mts'
import { lines } from './lines.mts'
import type { Config } from '../engine/config.mts'
import type { Fact } from '../engine/claim.mts'
import type { Host } from './host.mts'

export type Ground = {
  /** Version of the control groups the kernel has mounted. */
  readonly cgroups: string
  /** What K3s needs of the kernel and neither has nor can load. */
  readonly missing: string[]
  /** Gigabytes of 10⁹ bytes. */
  readonly freeDiskGB: number
  readonly freeMemoryGB: number
  readonly swapGB: number
  /** Settings that the kubelet insists on under protect-kernel-defaults. */
  readonly kernel: Record<string, string>
}

const KERNEL = { 'vm.panic_on_oom': '0', 'vm.overcommit_memory': '1', 'kernel.panic': '10', 'kernel.panic_on_oops': '1' }

// A module is there when it is loaded, built in, or can be loaded.
const READ = `
[ -e /sys/fs/cgroup/cgroup.controllers ] && echo v2 || echo v1
for module in br_netfilter nf_conntrack overlay vxlan; do
  case "$module" in
    overlay) there='grep -qw overlay /proc/filesystems' ;;
    br_netfilter) there='test -e /proc/sys/net/bridge/bridge-nf-call-iptables' ;;
    nf_conntrack) there='test -e /proc/sys/net/netfilter/nf_conntrack_max' ;;
    vxlan) there='test -e /sys/module/vxlan' ;;
  esac
  $there || modprobe --dry-run --quiet "$module" 2>/dev/null || grep -qs "/$module.ko" "/lib/modules/$(uname -r)/modules.builtin" || printf '%s ' "$module"
done
echo
folder=/var/lib/rancher; [ -d "$folder" ] || folder=/var/lib
df -B1 --output=avail "$folder" | tail -n 1
awk '/^MemAvailable:|^SwapTotal:/ { print $2 * 1024 }' /proc/meminfo
sysctl "$@"
`

/** What the host has for K3s: control groups, kernel, room and swap, as numbers. */
export function ground(host: Host): Fact<Ground> {
  return async () => parseGround(await host.read(READ, Object.keys(KERNEL)))
}

/** Enough for K3s and what comes after it; control groups v1 only where the configuration declares them. */
export function enough(config: Config): Want<Ground> {
  return {
    cgroups: config.CGROUP_V1 ? oneOf('v1', 'v2') : 'v2', missing: [], freeDiskGB: atLeast(5), freeMemoryGB: atLeast(0.5), swapGB: anything(), kernel: KERNEL,
  }
}

/** Parses the readings above: a line each, and the kernel's settings as `name = value`. */
export function parseGround(text: string): Ground {
  const [cgroups = '', missing = '', disk = '', memory = '', swap = '', ...kernel] = text.split('\n')
  const gigabytes = (bytes: string) => Math.round(Number(bytes) / 1e8) / 10
  return {
    cgroups, missing: missing.trim().split(' ').filter(name => name !== ''),
    freeDiskGB: gigabytes(disk), freeMemoryGB: gigabytes(memory), swapGB: gigabytes(swap),
    kernel: Object.fromEntries(kernel.map(line => line.split(' = ')).map(([name = '', value = '']) => [name, value])),
  }
}

/** Other Kubernetes on the host, and whoever but K3s listens where its API does. */
export function others(host: Host): Fact<string[]> {
  return async () => {
    const text = await host.read(`
      for path in /etc/kubernetes/admin.conf /etc/kubernetes/kubelet.conf /etc/rancher/rke2 /var/lib/k0s /var/snap/microk8s /var/lib/rancher/rke2; do [ ! -e "$path" ] || echo "$path"; done
      for unit in kubelet.service k0scontroller.service rke2-server.service k3s-agent.service snap.microk8s.daemon-kubelite.service; do
        ! systemctl cat "$unit" > /dev/null 2>&1 || echo "$unit"
      done
      ss -H -l -n -t -p 'sport = :6443 or sport = :10250' | sed 's/.*:\\([0-9]*\\) .*users:(("\\([^"]*\\)".*/\\1 \\2/' | grep -v ' k3s-server$' | sort -u || true
    `)
    return lines(text)
  }
}
