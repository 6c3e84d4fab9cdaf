import { badInput, Failure } from '../engine/failure.mts'
import type { Config } from '../engine/config.mts'

type Cause = { readonly says: RegExp, readonly failure: (config: Config, user: string, said: string) => Failure }

const CAUSES: readonly Cause[] = [
  {
    says: /REMOTE HOST IDENTIFICATION HAS CHANGED|Host key verification failed|No .* host key is known/,
    failure: ({ HOST, SSH_PORT }, _user, said) => badInput(`the host key of ${HOST} is not the pinned one: nothing was sent`, {
      expected: 'the key in known_hosts, confirmed by 00-prepare',
      found: /SHA256:[A-Za-z0-9+/]+/.exec(said)?.[0] ?? 'another key, or none is pinned yet',
      command: `ssh-keyscan -p ${SSH_PORT} ${HOST} | ssh-keygen -lf -`,
      next: 'compare with the provider\'s console; only if the server was rebuilt: remove known_hosts, set HOST_KEY, run 00-prepare',
    }),
  },
  {
    says: /Permission denied \(|Too many authentication failures/,
    failure: ({ HOST, SSH_KEY }, user, said) => badInput(`${HOST} does not let ${user} in with ${SSH_KEY}`, {
      found: /Permission denied.*|Too many.*/.exec(said)?.[0], next: 'set ADMIN_USER (or FIRST_USER, for a server that knows only root) and SSH_KEY in .env',
    }),
  },
  {
    says: /a password is required|a terminal is required|is not in the sudoers file|may not run sudo/,
    failure: ({ HOST }, user, said) => badInput(`sudo on ${HOST} wants a password from ${user}`, {
      expected: `${user} ALL=(ALL) NOPASSWD:ALL`, found: said.trim().split('\n').at(-1),
      next: `echo '${user} ALL=(ALL) NOPASSWD:ALL' | sudo tee /etc/sudoers.d/90-${user}`,
    }),
  },
  {
    says: /Could not resolve hostname/,
    failure: ({ HOST }) => badInput(`the name ${HOST} is not known`, { next: 'set HOST in .env to the address the provider shows' }),
  },
  {
    says: /Connection timed out|Connection refused|No route to host|Network is unreachable|Operation timed out|Connection closed by|Connection reset|kex_exchange_identification|Timeout, server/,
    failure: ({ HOST, SSH_PORT, SSH_PUBLIC }, _user, said) => new Failure(`${HOST} does not answer on port ${SSH_PORT}`, {
      found: said.trim().split('\n').at(-1),
      next: SSH_PUBLIC ? 'is the server on, HOST right, and the provider\'s firewall open? docs/incident.md#no-ssh'
        : 'SSH_PUBLIC is no: is the tunnel up on this machine? docs/02-wireguard.md#closing-ssh-outside',
    }, 'lost'),
  },
]

/** Why a connection did not come to be, from ssh's own words. */
export function diagnose(said: string, config: Config, user: string): Failure {
  const cause = CAUSES.find(({ says }) => says.test(said))
  return cause?.failure(config, user, said) ?? new Failure(`no connection to ${config.HOST}`, { found: said.trim() }, 'lost')
}
