import { unverified } from '../engine/failure.mts'
import { openFrom } from './policy.mts'
import type { Config } from '../engine/config.mts'
import type { Fact } from '../engine/claim.mts'
import type { Matcher } from '../engine/want.mts'
import type { Answers, Family, Host } from './host.mts'

/** The ports that matter: what servers, databases, Kubernetes and its neighbours listen on. */
export const PORTS = [
  21, 22, 23, 25, 53, 80, 110, 111, 139, 143, 179, 443, 445, 587, 631, 1433, 2049, 2375, 2376, 2379, 2380, 3000, 3306, 3389,
  5000, 5432, 5601, 6379, 6443, 6444, 8000, 8080, 8443, 9000, 9090, 9093, 9100, 9200, 10248, 10249, 10250, 10256, 10257,
  10259, 11211, 27017, 30000, 30080, 31000, 32767,
]

/** Which of the ports that matter, and of these others, answer the operator, who stands outside; unverified where there is no route. */
export function answering(host: Host, config: Config, family: Family, others: Fact<readonly number[]> = async () => []): Fact<Answers> {
  return async () => {
    if (!host.outside) throw unverified('this is the host itself: what is open is seen from outside only', { next: 'run it from another machine' })
    const address = family === 4 ? config.HOST : config.HOST_IPV6 ?? await globalIPv6(host)
    const ports = [...new Set([...PORTS, config.SSH_PORT, ...await others()])]
    return host.outside.answers(address, family, ports)
  }
}

/** Holds when SSH answered (where it is closed outside, any declared port), so the road is open, and nothing did that the policy does not declare. */
export function asDeclared(config: Config): Matcher<Answers> {
  const declared = openFrom(config, 'outside', 'tcp')
  const ssh = declared.includes(config.SSH_PORT)
  return {
    wants: `${ssh ? `open ${config.SSH_PORT}` : 'an answer'}; and nothing but ${declared.join(', ')} answers`,
    matches: ({ open, refused }) => (ssh ? open.includes(config.SSH_PORT) : open.length + refused.length > 0)
      && [...open, ...refused].every(port => declared.includes(port)),
  }
}

async function globalIPv6(host: Host): Promise<string> {
  const address = await host.read('ip -6 -o address show scope global -deprecated -temporary | sed -n "s/.* inet6 \\([^/]*\\).*/\\1/p" | head -n 1')
  if (address === '') throw unverified('the host has no global IPv6 address', { next: 'waive the claim in .env' })
  return address
}
