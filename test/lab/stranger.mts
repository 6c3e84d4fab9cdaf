import type { Answer, Containers } from './containers.mts'
import { execute } from './commands.mts'
import type { Site } from './site.mts'

/** Somebody on the same network who may send whatever he likes, from whatever address. */
export type Stranger = {
  readonly ipv4: string
  readonly ipv6: string
  /** Runs constant shell text as the stranger's root; values are its `$1`, `$2` … */
  exec(script: string, ...values: string[]): Promise<Answer>
}

/** The stranger of a running lab. */
export function stranger(containers: Containers, { stranger: { container, ipv4, ipv6 } }: Site): Stranger {
  return { ipv4, ipv6, exec: (script, ...values) => containers.attempt(execute(container, script, values)) }
}
