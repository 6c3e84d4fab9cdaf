import type { Engine } from './containers.mts'
import { PREFIX, type Party, type Site } from './site.mts'

export type HostOptions = {
  readonly image: string
  /** Folder of the first boot's settings, as a provider hands them to cloud-init. */
  readonly seed: string
  /** Folder of downloaded packages, shared by the labs of an OS and their resets; each host's apt has its own beside it. */
  readonly packages: string
  readonly labels: Readonly<Record<string, string>>
}

// Said aloud, because an engine may not raise its own limits to the defaults it would take.
const LIMITS = ['--ulimit', 'nofile=20000:20000', '--ulimit', 'nproc=32768:32768']

/** A network with one IPv4 and one IPv6 subnet. */
export function createNetwork(site: Site): string[] {
  const [ipv4, ipv6] = site.subnets
  return ['network', 'create', ...label({ lab: String(site.number) }), '--ipv6', '--subnet', ipv4, '--subnet', ipv6, site.network]
}

/** The VPS: systemd as the first process, and a `reboot` inside that is one. */
export function runHost(engine: Engine, site: Site, { image, seed, packages, labels }: HostOptions): string[] {
  const mounts = Object.entries({ ...site.volumes }).flatMap(([path, volume]) => ['--volume', `${volume}:${path}`])
  return [
    'run', '--detach', '--name', site.host.container, '--hostname', 'lab-vps', ...label({ lab: String(site.number), ...labels }),
    ...LIMITS, '--privileged', '--cgroupns=private', '--pids-limit', unlimited(engine),
    // podman's own systemd mode would mount the machine's cgroup hierarchy into the host.
    ...(engine === 'podman' ? ['--systemd=false'] : []),
    '--env', `container=${engine}`, '--stop-signal', 'SIGRTMIN+3', '--restart=always', '--tmpfs', '/run', '--tmpfs', '/run/lock',
    ...join(engine, site, site.host), ...mounts,
    '--volume', `${seed}:/var/lib/cloud/seed/nocloud:ro`, '--volume', `${packages}:/var/cache/lab-packages`,
    image, '/sbin/init',
  ]
}

/** Somebody else on the same network; may send from any address. */
export function runStranger(engine: Engine, site: Site, image: string, labels: Readonly<Record<string, string>>): string[] {
  return [
    'run', '--detach', '--init', '--name', site.stranger.container, '--hostname', 'stranger', ...label({ lab: String(site.number), ...labels }),
    ...LIMITS, '--privileged', ...join(engine, site, site.stranger), image, 'sleep', 'infinity',
  ]
}

export type GitOptions = {
  readonly image: string
  /** Folder of the host key, made on this machine. */
  readonly hostKey: string
  /** Folder in which snapshots keep the repositories. */
  readonly kept: string
}

/** The Git server: nothing but sshd. */
export function runGit(engine: Engine, site: Site, { image, hostKey, kept }: GitOptions, labels: Readonly<Record<string, string>>): string[] {
  return [
    'run', '--detach', '--init', '--name', site.git.container, '--hostname', 'git', ...label({ lab: String(site.number), ...labels }),
    ...LIMITS, ...join(engine, site, site.git), '--volume', `${hostKey}:/etc/ssh/git:ro`, '--volume', `${kept}:/kept`,
    image, 'sh', '-c', 'mkdir -p /run/sshd && exec /usr/sbin/sshd -D -e',
  ]
}

/** One command with the machine's own network and kernel settings, for what needs root here. */
export function runOnMachine(image: string, words: readonly string[]): string[] {
  return ['run', '--rm', ...LIMITS, '--privileged', '--network', 'host', image, ...words]
}

/** One command with two folders to look at: a volume, and a place on this machine. */
export function runBeside(image: string, volume: string, place: string, words: readonly string[]): string[] {
  return ['run', '--rm', ...LIMITS, '--privileged', '--network', 'none', '--volume', `${volume}:/volume`, '--volume', `${place}:/place`, image, ...words]
}

/** Removes containers at once: a lab is thrown away, not shut down. */
export function removeContainers(engine: Engine, names: readonly string[]): string[] {
  return ['rm', '--force', '--volumes', ...(engine === 'podman' ? ['--time', '0'] : []), ...names]
}

/** Shell text, run as root by the container's own `bash`; values are its `$1`, `$2` … */
export function execute(container: string, script: string, values: readonly string[]): string[] {
  return ['exec', container, 'bash', '-c', script, 'bash', ...values]
}

/** Every container of every lab, stopped ones too: a line each, name, state and these labels between bars. */
export function listContainers(engine: Engine, labels: readonly string[]): string[] {
  const values = labels.map(name => (engine === 'docker' ? `{{.Label "${PREFIX}.${name}"}}` : `{{index .Labels "${PREFIX}.${name}"}}`))
  return ['ps', '--all', '--filter', `label=${PREFIX}.lab`, '--format', ['{{.Names}}', '{{.State}}', ...values].join('|')]
}

function label(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels).flatMap(([key, value]) => ['--label', `${PREFIX}.${key}=${value}`])
}

function join(engine: Engine, site: Site, { ipv4, ipv6, mac }: Party): string[] {
  if (engine === 'podman') return ['--network', `${site.network}:ip=${ipv4},ip=${ipv6},mac=${mac}`]
  return ['--network', site.network, '--ip', ipv4, '--ip6', ipv6, '--mac-address', mac]
}

function unlimited(engine: Engine): string {
  return engine === 'podman' ? '0' : '-1'
}
