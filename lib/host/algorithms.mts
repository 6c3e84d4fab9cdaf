import { release } from './os.mts'
import { dropIn } from './sshd-drop-in.mts'
import type { State } from '../engine/claim.mts'
import type { Matcher } from '../engine/want.mts'
import type { Host } from './host.mts'

const NAME = '00-runbooks-algorithms.conf'

const CIPHERS = 'chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes256-ctr,aes192-ctr,aes128-gcm@openssh.com,aes128-ctr'
const MACS = 'hmac-sha2-512-etm@openssh.com,hmac-sha2-256-etm@openssh.com,umac-128-etm@openssh.com'
const POST_QUANTUM = 'mlkem768x25519-sha256,sntrup761x25519-sha512,sntrup761x25519-sha512@openssh.com'

type Policy = { readonly kexalgorithms: string, readonly ciphers: string, readonly macs: string }

// ssh-audit 3.9.0's built-in server policies, which compare key exchanges, ciphers and MACs with their order.
const POLICIES: Readonly<Record<string, Policy>> = {
  'debian 12': {
    kexalgorithms: 'sntrup761x25519-sha512,sntrup761x25519-sha512@openssh.com,curve25519-sha256,curve25519-sha256@libssh.org,diffie-hellman-group16-sha512,diffie-hellman-group18-sha512,diffie-hellman-group-exchange-sha256',
    ciphers: CIPHERS,
    macs: 'hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,umac-128-etm@openssh.com',
  },
  'debian 13': { kexalgorithms: POST_QUANTUM, ciphers: CIPHERS, macs: MACS },
  'ubuntu 22.04': {
    kexalgorithms: 'sntrup761x25519-sha512@openssh.com,curve25519-sha256,curve25519-sha256@libssh.org,diffie-hellman-group16-sha512,diffie-hellman-group18-sha512,diffie-hellman-group-exchange-sha256',
    ciphers: CIPHERS,
    macs: 'hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,umac-128-etm@openssh.com',
  },
  'ubuntu 24.04': {
    kexalgorithms: 'sntrup761x25519-sha512@openssh.com,curve25519-sha256,curve25519-sha256@libssh.org,diffie-hellman-group18-sha512,diffie-hellman-group-exchange-sha256,diffie-hellman-group16-sha512',
    ciphers: CIPHERS,
    macs: MACS,
  },
  'ubuntu 26.04': { kexalgorithms: POST_QUANTUM, ciphers: CIPHERS, macs: MACS },
}

const HOST_KEY_ALGORITHMS = 'ssh-ed25519,rsa-sha2-512,rsa-sha2-256'
const LEAST_BITS = 3071

export type Algorithms = Policy & {
  readonly release: string
  readonly hostkeyalgorithms: string
  /** Type and bits of each host key that sshd shows. */
  readonly hostkeys: string
  /** Groups of the Diffie-Hellman exchange that are too small. */
  readonly smallGroups: number
}

const READ = `
sshd -T | grep -E '^(kexalgorithms|ciphers|macs|hostkeyalgorithms) '
echo "hostkeys $(sshd -T | sed -n 's/^hostkey //p' | while read -r key; do ssh-keygen -l -f "$key" | sed 's/^\\([0-9]*\\) .*(\\(.*\\))$/\\2 \\1/'; done | paste -s -d ,)"
echo "smallGroups $(awk -v least="$1" '!/^#/ && $5 < least' /etc/ssh/moduli | wc -l)"
`

// An RSA key that is too short is replaced; the pinned key is the Ed25519 one and stays.
const RENEW = `
set -eu
[ "$(ssh-keygen -l -f /etc/ssh/ssh_host_rsa_key.pub 2>/dev/null | cut -d ' ' -f 1)" = 4096 ] || {
  rm -f /etc/ssh/ssh_host_rsa_key /etc/ssh/ssh_host_rsa_key.pub
  ssh-keygen -q -t rsa -b 4096 -N '' -f /etc/ssh/ssh_host_rsa_key
}
awk -v least="$1" '/^#/ || $5 >= least' /etc/ssh/moduli > /etc/ssh/.moduli.new
[ ! -s /etc/ssh/.moduli.new ] || mv -f /etc/ssh/.moduli.new /etc/ssh/moduli
`

/** sshd's key exchanges, ciphers, MACs and host keys, as ssh-audit's hardened policy for this release has them. */
export function hardened(host: Host): State<Algorithms> {
  const ours = dropIn(host, NAME)
  return {
    read: async () => parseAlgorithms(await release(host)(), await host.read(READ, [String(LEAST_BITS)])),
    want: asPolicy,
    async act() {
      const policy = POLICIES[await release(host)()]
      if (!policy) return
      await host.write(RENEW, [String(LEAST_BITS)], { within: '3m' })
      await ours.put({ hostkey: ['/etc/ssh/ssh_host_ed25519_key', '/etc/ssh/ssh_host_rsa_key'], hostkeyalgorithms: HOST_KEY_ALGORITHMS, ...policy })
    },
    revert: ours.revert,
  }
}

const asPolicy: Matcher<Algorithms> = {
  wants: 'ssh-audit\'s hardened policy for this release',
  matches: ({ release, hostkeyalgorithms, hostkeys, smallGroups, ...policy }) =>
    JSON.stringify(sorted(policy)) === JSON.stringify(sorted(POLICIES[release])) && hostkeyalgorithms === HOST_KEY_ALGORITHMS
    && hostkeys === 'ED25519 256,RSA 4096' && smallGroups === 0,
}

/** Parses lines `name value` of sshd's own account and of the keys and groups on disk. */
export function parseAlgorithms(release: string, text: string): Algorithms {
  const value = (name: string) => new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1] ?? ''
  return {
    release, kexalgorithms: value('kexalgorithms'), ciphers: value('ciphers'), macs: value('macs'),
    hostkeyalgorithms: value('hostkeyalgorithms'), hostkeys: value('hostkeys'), smallGroups: Number(value('smallGroups')),
  }
}

function sorted(policy: Policy | undefined): [string, string][] {
  return Object.entries(policy ?? {}).sort()
}
