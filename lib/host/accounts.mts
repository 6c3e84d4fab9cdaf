import { lines } from './lines.mts'
import type { Config } from '../engine/config.mts'
import type { Fact, State } from '../engine/claim.mts'
import type { Host } from './host.mts'

export type Administrator = { readonly shell: string, readonly keys: string[], readonly sudo: string }

const READ_ADMIN = `
entry=$(getent passwd "$1") || { echo absent; exit 0; }
echo "\${entry##*:}"
sudo -n -l -U "$1" 2>/dev/null | grep -o '(.*NOPASSWD: ALL' | sort -u | head -n 1 | grep . || echo none
home=$(echo "$entry" | cut -d : -f 6)
cat "$home/.ssh/authorized_keys" "$home/.ssh/authorized_keys2" 2>/dev/null | grep -v '^ *\\(#\\|$\\)' || true
`

// The account is locked for passwords, not for keys. Its home may hold other files: only the two key files are ours.
const MAKE_ADMIN = `
set -eu
getent passwd "$1" > /dev/null || useradd --create-home --shell /bin/bash "$1"
usermod --shell /bin/bash "$1"
home=$(getent passwd "$1" | cut -d : -f 6)
install -d -m 0700 -o "$1" -g "$(id -g "$1")" "$home/.ssh"
new=$(mktemp "$home/.ssh/.keys.XXXXXX")
cat > "$new"
ssh-keygen -l -f "$new" > /dev/null
chown "$1": "$new"
sync "$new"
mv -f "$new" "$home/.ssh/authorized_keys"
rm -f "$home/.ssh/authorized_keys2"
`

/** The admin: a login shell, exactly the declared keys, and root by sudo without a password. */
export function administrator(host: Host, config: Config): State<Administrator> {
  return {
    read: async () => {
      const [shell = '', sudo = '', ...found] = (await host.read(READ_ADMIN, [config.ADMIN_USER])).split('\n')
      return { shell, keys: found.sort(), sudo }
    },
    want: { shell: '/bin/bash', keys: [...config.keys].sort(), sudo: '(ALL) NOPASSWD: ALL' },
    act: async () => {
      await host.write(MAKE_ADMIN, [config.ADMIN_USER], { input: `${config.keys.join('\n')}\n` })
      await host.put(`/etc/sudoers.d/90-${config.ADMIN_USER}`, `${rule(config)}\n`, { mode: '0440', check: 'visudo -c -q -f "$1"' })
    },
  }
}

/** The accounts that somebody could be: root's own number, a login shell, a password that works, or keys. */
export function logins(host: Host): Fact<string[]> {
  return async () => {
    const text = await host.read(`
      getent passwd | while IFS=: read -r name _ number _ _ home shell; do
        why=
        [ "$number" != 0 ] || why=" uid 0"
        case "$shell" in */nologin|*/false|/bin/sync|'') ;; *) why="$why shell" ;; esac
        case "$(getent shadow "$name" | cut -d : -f 2)" in '$'*) why="$why password" ;; '') why="$why no-password" ;; esac
        [ ! -s "$home/.ssh/authorized_keys" ] || why="$why keys"
        [ -z "$why" ] || echo "$name"
      done
    `)
    return lines(text).sort()
  }
}

/** The accounts there are to be: root, the admin, and those the configuration adds. */
export function declared(config: Config): string[] {
  return [...new Set(['root', config.ADMIN_USER, ...config.EXTRA_ACCOUNTS])].sort()
}

/** Keys that open root's own account: none, once the admin is in. */
export function rootKeys(host: Host): State<string[]> {
  const files = '/root/.ssh/authorized_keys /root/.ssh/authorized_keys2'
  return {
    read: async () => lines(await host.read(`cat ${files} 2>/dev/null | grep -v '^ *\\(#\\|$\\)' || true`)),
    want: [],
    act: async () => void await host.write(`rm -f ${files}`),
  }
}

/** The line in sudoers that makes the admin one. */
export function rule(config: Config): string {
  return `${config.ADMIN_USER} ALL=(ALL) NOPASSWD:ALL`
}
