import { randomBytes } from 'node:crypto'
import { Secret } from '../secrets/secret.mts'
import { trial, type Trial } from './trial.mts'
import type { Drill } from '../engine/claim.mts'
import type { Host } from '../host/host.mts'
import type { Kube } from './kube.mts'

type Sought = 'found' | 'not found'

/** What lies in clear in the raw files of the datastore. */
export type InClear = {
  /** The name of the Secret, and the value of a ConfigMap: without these two the search itself would be broken. */
  readonly name: Sought
  readonly configMap: Sought
  /** The value of the Secret, and the same in base64. */
  readonly value: Sought
  readonly base64: Sought
}

// The words come line by line on standard input: what is looked for must not be seen in the list of processes.
const SEARCH = `
while IFS= read -r word; do
  if printf '%s\\n' "$word" | LC_ALL=C grep -q -a -F -f - /var/lib/rancher/k3s/server/db/state.db*; then echo found; else echo 'not found'; fi
done
`

/** A Secret and a ConfigMap are written; on the disk the one's value can be read and the other's cannot. */
export function encryption(host: Host, kube: Kube): Drill<Trial, InClear> {
  const [value, open] = [randomBytes(24).toString('base64url'), randomBytes(24).toString('base64url')]
  const name = ({ nonce }: Trial) => `canary-${nonce}`
  return trial(kube, {
    more: async () => ({}),
    async disturb(trial) {
      const metadata = { namespace: trial.namespace, name: name(trial) }
      await kube.apply({ apiVersion: 'v1', kind: 'Secret', metadata, stringData: { canary: new Secret(value) } })
      await kube.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { canary: open } })
    },
    async after(trial) {
      const words = [`/registry/secrets/${trial.namespace}/${name(trial)}`, open, value, Buffer.from(value).toString('base64')]
      return parseSearch(await host.read(SEARCH, [], { input: new Secret(`${words.join('\n')}\n`) }))
    },
    want: () => ({ name: 'found', configMap: 'found', value: 'not found', base64: 'not found' }),
  })
}

/** Parses a line for each word that was looked for. */
export function parseSearch(text: string): InClear {
  const [name, configMap, value, base64] = text.split('\n')
  // Whatever is no clear answer is the bad one.
  const present = (line: string | undefined): Sought => (line === 'found' ? 'found' : 'not found')
  const absent = (line: string | undefined): Sought => (line === 'not found' ? 'not found' : 'found')
  return { name: present(name), configMap: present(configMap), value: absent(value), base64: absent(base64) }
}
