import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as judge from '../../lib/engine/judge.mts'
import { addresses, dns } from '../../lib/cluster/dns.mts'
import { bench } from '../engine/stage.mts'
import { cluster } from './cluster.mts'

const test = suite('dns')
const ANSWER = 'Server:\t\t10.43.0.10\nAddress:\t10.43.0.10:53\n\nName:\tkubernetes.default.svc.cluster.local\nAddress: 10.43.0.1\n\n'
const NONE = 'Server:\t\t10.43.0.10\nAddress:\t10.43.0.10:53\n\n** server can\'t find example.com: SERVFAIL\n'
const run = (log: string) => judge.drill(bench('apply'), 'K29', dns(cluster(() => ({ log })).kube), async () => [])

test('the addresses of a name stand below it, and the server\'s own above', () => {
  assert.equal([addresses(ANSWER), addresses(NONE), addresses('')], [['10.43.0.1'], [], []])
})

test('an older nslookup numbers the addresses', () => assert.equal(addresses('Server:    10.43.0.10\nAddress 1: 10.43.0.10\n\nName:      kubernetes\nAddress 1: 10.43.0.1 kubernetes.default\n'), ['10.43.0.1']))

test('a name that has the API\'s own address holds', async () => assert.is((await run(ANSWER)).verdict, 'ok'))

test('another address, or none, is red and shown', async () => {
  assert.equal((await run(ANSWER.replace('10.43.0.1\n', '10.43.0.7\n'))).why, ['- cluster  10.43.0.7', '+ cluster  10.43.0.1'])
  assert.is((await run(NONE)).verdict, 'failed')
})

test.run()
