import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { fileName, isLoopback, isSafe } from '../../lib/host/web-address.mts'

const test = suite('web address')

for (const address of ['https://example.org/k3s', 'http://127.0.0.1:8080/k3s', 'http://[::1]:8080/k3s', 'http://localhost/k3s']) {
  test(`${address} is safe to download from`, () => assert.is(isSafe(address), true))
}

for (const address of ['http://example.org/k3s', 'http://127.0.0.1.example.org/k3s', `https://me:${'word'}@example.org/k3s`, 'https://me@example.org/k3s', 'ftp://example.org/k3s', 'file:///etc/passwd', 'k3s', '']) {
  test(`${address || 'nothing'} is not safe to download from`, () => assert.is(isSafe(address), false))
}

test('https on loopback needs no exception', () => assert.is(isLoopback(new URL('https://127.0.0.1/')), false))

test('a file is called by the last part of its address', () => {
  assert.equal(['https://example.org/a/k3s?token=x', 'https://example.org/a%2Bb.txt'].map(address => fileName(new URL(address))), ['k3s', 'a+b.txt'])
})

test.run()
