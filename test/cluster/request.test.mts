import { Agent } from 'node:https'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { refusal, request, type Connection } from '../../lib/cluster/request.mts'
import { listening } from '../host/listening.mts'
import { rejects } from '../rejects.mts'

const test = suite('request')
const asked = { method: 'GET', path: '/api/v1/pods' } as const

const at = (port: number): Connection => ({ host: '127.0.0.1', port, agent: new Agent() })

test('silence is told after the deadline, with how long it was waited for', async () => {
  const silent = await listening(() => {})
  const { message, facts } = await rejects(request(at(silent.port), { ...asked, within: '200ms' }))
  silent.close()
  assert.equal([message, facts.found, facts.waited, facts.command], ['the API server does not answer', 'silence', '0.2 s', 'kubectl get --raw \'/api/v1/pods\''])
})

test('a forward behind which nobody listens is no answer either', async () => {
  const shut = await listening()
  const { message, facts } = await rejects(request(at(shut.port), asked))
  shut.close()
  assert.equal([message, facts.found], ['the API server does not answer', 'ECONNRESET'])
})

test('a refusal has the API\'s code, reason and words', () => {
  const { message, facts } = refusal({ code: 404, text: '{"reason":"NotFound","message":"pods \\"web\\" not found"}', date: 0 }, asked, 'a reading failed')
  assert.equal([message, facts.found], ['a reading failed: the API server answers 404 NotFound', 'pods "web" not found'])
})

test('a refusal that is no JSON is told by its beginning', () => {
  const { message, facts } = refusal({ code: 503, text: `service unavailable\n${'x'.repeat(1000)}`, date: 0 }, asked, 'a reading failed')
  assert.is(message, 'a reading failed: the API server answers 503')
  assert.is(String(facts.found).length, 300)
  assert.match(String(facts.next), 'journalctl')
})

test.run()
