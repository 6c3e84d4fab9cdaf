import { stringify } from 'yaml'
import { oneOf, type Want } from '../engine/want.mts'
import { serverAddress } from './vpn.mts'
import type { Config } from '../engine/config.mts'
import type { State } from '../engine/claim.mts'
import type { Host } from './host.mts'

const FOLDER = '/etc/rancher/k3s'
const AUDIT_LOG = '/var/lib/rancher/k3s/server/logs/audit.log'

/** Where K3s writes the administrator's credentials. */
export const KUBECONFIG = `${FOLDER}/k3s.yaml`

/** Megabytes of one audit log before it is rotated. */
export const AUDIT_MB = 50

/** The node has this name on every server: volumes are bound to it, and a copied state fits a fresh machine. */
export const NODE = 'platform'

/** Where pods may do what only the system's own have to: K3s' add-ons use the host's network and files. */
export const EXEMPT = ['kube-system']

/** K3s' own configuration. `bind-address` stays away: on the tunnel's address K3s could not start without the tunnel. */
export function settings(config: Config): Record<string, unknown> {
  return {
    'node-name': NODE,
    'tls-san': [serverAddress(config.VPN_NETWORK)],
    'write-kubeconfig-mode': '0600',
    'secrets-encryption': true,
    'protect-kernel-defaults': true,
    // wireguard-native would listen where the tunnel does.
    'flannel-backend': 'vxlan',
    'kube-apiserver-arg': [
      `admission-control-config-file=${FOLDER}/admission.yaml`, `audit-policy-file=${FOLDER}/audit.yaml`,
      `audit-log-path=${AUDIT_LOG}`, 'audit-log-maxage=30', 'audit-log-maxbackup=5', `audit-log-maxsize=${AUDIT_MB}`,
    ],
    'kubelet-arg': [
      ...Object.entries(KUBELET).map(([flag, value]) => `${flag}=${value}`),
      ...(config.CGROUP_V1 ? ['fail-cgroupv1=false'] : []),
    ],
    'kube-proxy-arg': ['nodeport-addresses=127.0.0.0/8'],
  }
}

/** A container's log is rotated at 10 MiB and kept three times; images nobody uses go when the disk is 85 % full. */
export const KUBELET = { 'container-log-max-size': '10Mi', 'container-log-max-files': '3', 'image-gc-high-threshold': '85', 'image-gc-low-threshold': '80' }

// Who changed what, without what the parts of Kubernetes tell each other, and never with a body: bodies hold secrets.
const AUDIT = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    { level: 'None', resources: [{ group: 'coordination.k8s.io', resources: ['leases'] }, { group: '', resources: ['events'] }, { group: 'events.k8s.io', resources: ['events'] }] },
    { level: 'None', verbs: ['get', 'list', 'watch'], userGroups: ['system:nodes', 'system:serviceaccounts'] },
    { level: 'None', verbs: ['get', 'list', 'watch'], users: ['system:apiserver', 'system:kube-controller-manager', 'system:kube-scheduler', 'system:kube-proxy', 'system:k3s-controller'] },
    { level: 'None', nonResourceURLs: ['/healthz*', '/livez*', '/readyz*', '/version', '/openapi/*', '/api', '/apis', '/apis/*'] },
    { level: 'Metadata' },
  ],
}

const ADMISSION = {
  apiVersion: 'apiserver.config.k8s.io/v1',
  kind: 'AdmissionConfiguration',
  plugins: [{
    name: 'PodSecurity',
    configuration: {
      apiVersion: 'pod-security.admission.config.k8s.io/v1',
      kind: 'PodSecurityConfiguration',
      defaults: { enforce: 'baseline', 'enforce-version': 'latest', audit: 'restricted', 'audit-version': 'latest', warn: 'restricted', 'warn-version': 'latest' },
      exemptions: { usernames: [], runtimeClasses: [], namespaces: EXEMPT },
    },
  }],
}

export type Configured = {
  /** Each file's text, `absent` where there is none. */
  readonly files: Record<string, string>
  /** Owner and mode of each. */
  readonly modes: Record<string, string>
  /** Files of `config.yaml.d`, which K3s would read as well. */
  readonly others: string[]
  /** Whether K3s was started after the last change: `yes`, `no`, or `not running`. */
  readonly inForce: string
}

const READ = `
others=$(ls -A ${FOLDER}/config.yaml.d 2>/dev/null | tr '\\n' ' ')
newest=$(stat -c %Y "$@" 2>/dev/null | sort -n | tail -n 1)
since=$(systemctl show k3s -p ActiveEnterTimestamp --value 2>/dev/null)
if ! systemctl is-active --quiet k3s; then force='not running'
elif [ "\${newest:-0}" -gt "$(date -d "$since" +%s)" ]; then force=no
else force=yes; fi
printf '%s\\n%s\\n' "$others" "$force"
for file in "$@"; do
  printf '\\036%s\\037%s\\037%s' "$file" "$(stat -c '%U %a' "$file" 2>/dev/null)" "$(cat "$file" 2>/dev/null || echo absent)"
done
`

/** K3s' configuration with its audit policy and its admission rules, exactly ours, and in force. */
export function configured(host: Host, config: Config): State<Configured> {
  const files = texts(config)
  const want: Want<Configured> = {
    files, modes: Object.fromEntries(Object.keys(files).map(file => [file, 'root 600'])), others: [], inForce: oneOf('yes', 'not running'),
  }
  return {
    read: async () => parseConfigured(await host.read(READ, Object.keys(files))),
    want,
    async act() {
      for (const [file, text] of Object.entries(files)) await host.put(file, `${text}\n`, { mode: '0600' })
      await host.write(`rm -rf ${FOLDER}/config.yaml.d; mkdir -p -m 0700 "$(dirname ${AUDIT_LOG})"; ! systemctl is-active --quiet k3s || systemctl restart k3s`, [], { within: '5m' })
    },
  }
}

/** Parses the other files, whether it is in force, and each file with its owner and mode and its text. */
export function parseConfigured(text: string): Configured {
  const [head = '', ...parts] = text.split('\u001e')
  const [others = '', inForce = ''] = head.split('\n')
  const files = parts.map(part => part.split('\u001f'))
  return {
    files: Object.fromEntries(files.map(([file = '', , content = '']) => [file, content.trimEnd()])),
    modes: Object.fromEntries(files.map(([file = '', mode = '']) => [file, mode])),
    others: others.split(' ').filter(name => name !== ''),
    inForce,
  }
}

/** K3s reads YAML by the rules of 1.1, where an unquoted 0600 is a number. */
function texts(config: Config): Record<string, string> {
  const yaml = (value: unknown) => stringify(value, { compat: 'yaml-1.1', lineWidth: 0 }).trimEnd()
  return { [`${FOLDER}/config.yaml`]: yaml(settings(config)), [`${FOLDER}/audit.yaml`]: yaml(AUDIT), [`${FOLDER}/admission.yaml`]: yaml(ADMISSION) }
}
