/** One object in a copy of the datastore: its key under `/registry/`, the revision that wrote it, and its UID where it can be read. */
export type Row = { readonly key: string, readonly revision: number, readonly uid?: string, readonly encrypted?: true }

/**
 * The newest row of each object in a datastore, for sqlite3: key, revision and the beginning of the value in
 * hexadecimal, or the UID itself where the object is kept as JSON. kine's table is `kine(id, name, deleted, value …)`;
 * the id is what the API calls resourceVersion.
 */
export const ROWS = `
SELECT name || '|' || id || '|' ||
  CASE WHEN substr(value, 1, 1) = X'7B' THEN 'uid:' || coalesce(json_extract(CAST(value AS TEXT), '$.metadata.uid'), '') ELSE hex(substr(value, 1, 4096)) END
FROM kine WHERE name LIKE '/registry/%' AND id IN (SELECT max(id) FROM kine GROUP BY name) AND deleted = 0 ORDER BY name;
`

/** Parses the lines of that query. */
export function parseRows(text: string): Row[] {
  return text.split('\n').filter(line => line.startsWith('/registry/')).map(line => {
    const [key = '', revision = '', value = ''] = line.split('|')
    const row = { key, revision: Number(revision) }
    if (value.startsWith('uid:')) return { ...row, uid: value.slice(4) }
    const bytes = Buffer.from(value, 'hex')
    if (isEncrypted(bytes)) return { ...row, encrypted: true }
    const uid = uidOf(bytes)
    return uid === undefined ? row : { ...row, uid }
  })
}

/** Whether a stored value begins as Kubernetes' encrypted ones do: `k8s:enc:<provider>:`. */
export function isEncrypted(value: Buffer): boolean {
  return value.subarray(0, 8).toString('latin1') === 'k8s:enc:'
}

/**
 * The UID in an object as Kubernetes stores it: `k8s\\0`, then protobuf of Unknown { 2: raw object }, whose field 1 is
 * ObjectMeta, whose field 5 is the UID (k8s.io/apimachinery, generated.proto). The value may be cut off after it.
 */
export function uidOf(value: Buffer): string | undefined {
  if (value.subarray(0, 4).toString('latin1') !== 'k8s\0') return undefined
  const object = field(value.subarray(4), 2)
  const meta = object && field(object, 1)
  return meta && field(meta, 5)?.toString('utf8')
}

/** The bytes of the first length-delimited field with this number, as far as they are there. */
function field(message: Buffer, wanted: number): Buffer | undefined {
  for (let at = 0; at < message.length;) {
    const tag = varint(message, at)
    const first = varint(message, tag.end)
    const lengthDelimited = (tag.value & 7) === 2
    if (!lengthDelimited && (tag.value & 7) !== 0) return undefined
    const end = lengthDelimited ? first.end + first.value : first.end
    if (lengthDelimited && tag.value >> 3 === wanted) return message.subarray(first.end, end)
    at = end
  }
  return undefined
}

function varint(bytes: Buffer, start: number): { value: number, end: number } {
  let value = 0
  for (let at = start, factor = 1; at < bytes.length; at += 1, factor *= 128) {
    const byte = bytes[at] ?? 0
    value += (byte & 127) * factor
    if (byte < 128) return { value, end: at + 1 }
  }
  return { value, end: bytes.length }
}
