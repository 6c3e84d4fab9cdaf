import { rule } from './accounts.mts'
import { lines } from './lines.mts'
import type { Config } from '../engine/config.mts'
import type { Fact } from '../engine/claim.mts'
import type { Matcher } from '../engine/want.mts'
import type { Host } from './host.mts'

export type Sudo = {
  /** Every rule in force, as written, and every default that would let somebody in without a password. */
  readonly rules: string[]
  /** The groups that the distributions' own rules name, with their members. */
  readonly members: string[]
}

// What Debian and Ubuntu ship; the groups they name are to be empty of anybody but the admin.
const SHIPPED = ['root ALL=(ALL:ALL) ALL', '%sudo ALL=(ALL:ALL) ALL', '%admin ALL=(ALL) ALL']

const READ = `
{ cat /etc/sudoers; for file in /etc/sudoers.d/*; do case "\${file##*/}" in *.*|*~) ;; *) cat "$file" ;; esac; done; } 2>/dev/null
echo '== members'
for group in sudo admin wheel; do
  IFS=: read -r _ _ number members < <(getent group "$group") || continue
  tr , '\\n' <<< "$members"
  getent passwd | cut -d : -f 1,4 | sed -n "s/:$number\$//p"
done
`

/** The rules by which somebody may become somebody else. */
export function rules(host: Host): Fact<Sudo> {
  return async () => parseSudo(await host.read(READ))
}

/** Holds when the admin's rule is there, and nothing besides it but what the distribution ships. */
export function asDeclared(config: Config): Matcher<Sudo> {
  return {
    wants: `${rule(config)}, and what the distribution ships`,
    matches: ({ rules, members }) => rules.includes(rule(config))
      && rules.every(line => line === rule(config) || SHIPPED.includes(line))
      && members.every(name => name === config.ADMIN_USER),
  }
}

/** Parses sudoers files one after the other and, under `== members`, the accounts in the groups they name. */
export function parseSudo(text: string): Sudo {
  const [files = '', members = ''] = text.split('== members')
  const rules = files.replaceAll('\\\n', ' ').split('\n')
    // A number after the hash is an account, and #include is an order: neither is a comment.
    .map(line => line.replace(/(^|\s)#(?!\d|include).*$/, '').trim().replaceAll(/\s+/g, ' '))
    .filter(line => line !== '' && !/^[@#]includedir \/etc\/sudoers\.d$/.test(line))
    .filter(line => !line.startsWith('Defaults') || /!\s*authenticate|runas|exempt_group/.test(line))
    .map(line => line.replace(/NOPASSWD:\s+/, 'NOPASSWD:'))
  return { rules: [...new Set(rules)].sort(), members: lines(members) }
}
