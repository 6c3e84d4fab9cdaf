import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseChecksums } from '../../lib/host/checksums.mts'

const test = suite('checksums')
const [A, B] = ['a'.repeat(64), 'b'.repeat(64)]

test('each file has its hash, read as text or as binary', () => {
  assert.equal(parseChecksums(`${A}  k3s\n${B} *k3s-airgap-images-amd64.tar.zst\n`), { k3s: A, 'k3s-airgap-images-amd64.tar.zst': B })
})

test('a name that only begins alike is another file', () => {
  assert.is(parseChecksums(`${A}  k3s-arm64\n`).k3s, undefined)
})

test('what is no line of sha256sum is no hash', () => {
  assert.equal(parseChecksums(`<html>${A}  k3s\n${A.slice(1)}  k3s\n${A}\n`), {})
})

test.run()
