import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isEncrypted, parseRows, uidOf } from '../../lib/host/kine.mts'

const test = suite('kine')
const UID = '5f0c1e2a-93b1-4f0e-8a51-0d5b8c1d2e3f'

/** A field of protobuf with bytes in it. */
function field(number: number, content: Buffer | string): Buffer {
  const bytes = Buffer.from(content)
  const length = bytes.length < 128 ? [bytes.length] : [(bytes.length & 127) | 128, bytes.length >> 7]
  return Buffer.concat([Buffer.from([number << 3 | 2, ...length]), bytes])
}

/** An object as the API server writes it: its kind, and its metadata with what stands before the UID. */
function stored({ namespace = 'kube-system', uid = UID } = {}): Buffer {
  const meta = Buffer.concat([field(1, 'coredns'), field(2, ''), field(3, namespace), field(4, ''), field(5, uid), field(6, '')])
  const object = Buffer.concat([field(1, meta), field(2, 'a spec'.repeat(40))])
  const type = Buffer.concat([field(1, 'apps/v1'), field(2, 'Deployment')])
  return Buffer.concat([Buffer.from('k8s\0', 'latin1'), field(1, type), field(2, object)])
}

test('the UID is found behind what stands before it, and in a value that was cut off after it', () => {
  assert.is(uidOf(stored()), UID)
  assert.is(uidOf(stored({ namespace: 'n'.repeat(63) })), UID)
  assert.is(uidOf(stored().subarray(0, 120)), UID)
})

test('what is no object of Kubernetes has no UID', () => {
  for (const value of ['', 'k8s', '{"a":1}', 'k8s\0', 'k8s\0\u0008\u0001']) assert.is(uidOf(Buffer.from(value, 'latin1')), undefined, value)
})

test('an encrypted value is told by its first bytes', () => {
  assert.equal([isEncrypted(Buffer.from('k8s:enc:aescbc:v1:aescbckey:…')), isEncrypted(stored()), isEncrypted(Buffer.alloc(0))], [true, false, false])
})

test('rows are read in all three forms: protobuf, JSON by its UID, encrypted', () => {
  const hex = (text: string | Buffer) => Buffer.from(text).toString('hex').toUpperCase()
  assert.equal(parseRows([
    `/registry/deployments/kube-system/coredns|41|${hex(stored())}`,
    `/registry/helm.cattle.io/helmcharts/kube-system/traefik|57|uid:${UID}`,
    `/registry/secrets/kube-system/token|58|${hex('k8s:enc:aescbc:v1:aescbckey:abc')}`,
    `/registry/ranges/serviceips|3|${hex('k8s\0')}`,
    'Error: near line 1',
  ].join('\n')), [
    { key: '/registry/deployments/kube-system/coredns', revision: 41, uid: UID },
    { key: '/registry/helm.cattle.io/helmcharts/kube-system/traefik', revision: 57, uid: UID },
    { key: '/registry/secrets/kube-system/token', revision: 58, encrypted: true },
    { key: '/registry/ranges/serviceips', revision: 3 },
  ])
})

test.run()
