import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { holds } from '../../lib/engine/want.mts'
import { notBefore, parseSoonest } from '../../lib/host/k3s-certificates.mts'

const test = suite('k3s-certificates')

test('the one that ends first is told, with its date', () => {
  assert.equal(parseSoonest('1795262400\n/tls/a.crt|Nov 21 12:00:00 2027 GMT\n/tls/b.crt|Mar  1 12:00:00 2027 GMT\n127.0.0.1:6443|Nov 21 12:00:00 2027 GMT'), { days: 100, date: '2027-03-01', file: '/tls/b.crt' })
})

test('one that cannot be read, and none at all, end now', () => {
  assert.equal(parseSoonest('1795262400\n/tls/a.crt|\n/tls/b.crt|Mar  1 12:00:00 2027 GMT'), { days: 0, date: 'unreadable', file: '/tls/a.crt' })
  assert.is(parseSoonest('1795262400').days, 0)
})

test('ninety days are enough, one less is not', () => {
  assert.equal([holds(notBefore(90), { days: 90, date: '', file: '' }), holds(notBefore(90), { days: 89, date: '', file: '' })], [true, false])
})

test.run()
