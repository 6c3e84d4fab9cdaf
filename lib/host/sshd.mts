import { asFailure, Failure, unverified } from '../engine/failure.mts'
import { dropIn } from './sshd-drop-in.mts'
import type { Fact, State } from '../engine/claim.mts'
import type { Config } from '../engine/config.mts'
import type { Host } from './host.mts'

// sshd takes the first value it reads, so ours sorts before the cloud image's own 50-cloud-init.conf.
const NAME = '00-runbooks.conf'

const READ = `for who in "$@"; do echo "== $who"; sshd -T -C "$who"; done`

/**
 * sshd's effective settings, by its own account, for the admin and for root, from outside, from the tunnel and from the
 * host itself; a setting that a Match block makes different for one of them shows both values.
 */
export function settings(host: Host, config: Config, wanted: Readonly<Record<string, string>>): State<Record<string, string>> {
  const tunnel = config.VPN_NETWORK.replace(/\.\d+\/\d+$/, '.2')
  const who = ['192.0.2.1', tunnel, '127.0.0.1'].flatMap(from => [config.ADMIN_USER, 'root'].map(user => `user=${user},host=${from},addr=${from}`))
  const ours = dropIn(host, NAME)
  return {
    read: async () => {
      const settings = parseEffective(await host.read(READ, who))
      return Object.fromEntries(Object.keys(wanted).map(name => [name, settings[name] ?? 'unset']))
    },
    want: { ...wanted },
    act: () => ours.put(wanted),
    revert: ours.revert,
  }
}

/** The methods a login as this user is offered, from the operator's side; nothing is tried, so nothing is banned. */
export function methodsOffered(host: Host, user: string): Fact<string[]> {
  return async () => {
    if (!host.outside) throw unverified('this is the host itself: what a login is offered is seen from outside only', { next: 'run it from another machine' })
    return host.outside.offers(user)
  }
}

/** A login through a new connection, as the admin, becomes root without a password. */
export function freshLogin(host: Host): Fact<'root'> {
  return async () => {
    if (!host.outside) throw unverified('this is the host itself: a login is made from outside only', { next: 'run it from another machine' })
    await host.outside.login().catch(thrown => {
      const { message, facts } = asFailure(thrown)
      throw new Failure(message, facts)
    })
    return 'root'
  }
}

/** Parses `sshd -T` outputs under headings `== who`: a setting's value, or each value with who it is for. */
export function parseEffective(text: string): Record<string, string> {
  const settings = new Map<string, Map<string, string[]>>()
  for (const section of text.split(/^== /m).slice(1)) {
    const [who = '', ...lines] = section.trimEnd().split('\n')
    for (const line of lines) {
      const [, name = '', value = ''] = /^(\S+)\s?(.*)$/.exec(line) ?? []
      const values = settings.get(name) ?? new Map<string, string[]>()
      settings.set(name, values.set(value, [...(values.get(value) ?? []), who]))
    }
  }
  return Object.fromEntries([...settings].map(([name, values]) => [
    name, values.size === 1 ? [...values.keys()][0] ?? '' : [...values].map(([value, who]) => `${value} (${who.join('; ')})`).join(', '),
  ]))
}
