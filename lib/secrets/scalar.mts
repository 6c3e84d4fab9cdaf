import type { Scalar } from 'yaml'
import { plainValue, taggedValue, value, type Value } from './value.mts'

/** A scalar node typed as SOPS types it: by its tag, its quotes, or its spelling. */
export function scalarValue(node: Scalar): Value {
  // Without a value there is no source: `? key` and `{ key }`.
  const text = typeof node.source === 'string' ? node.source : String(node.value ?? '')
  const core = /^tag:yaml\.org,2002:(.*)$/.exec(node.tag ?? '')?.[1]
  if (core !== undefined && core !== 'merge') return taggedValue(core, text)
  return node.type === 'PLAIN' && node.tag === undefined ? plainValue(text) : value('str', text)
}
