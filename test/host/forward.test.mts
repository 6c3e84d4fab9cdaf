import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { forwarded, forwards, type Ask } from '../../lib/host/forward.mts'
import { settings } from '../engine/stage.mts'
import { rejects } from '../rejects.mts'

const test = suite('forward')
const TAKEN = { exitCode: 255, stderr: 'mux_client_forward: forwarding request failed: Port forwarding failed\r\nmuxclient: master forward request failed' }
const GONE = { exitCode: 255, stderr: 'Control socket connect(/tmp/runbooks-x/ops-1): No such file or directory' }

/** A connection that gives these answers and then agrees, and what it was asked for. */
function connection(...answers: (typeof TAKEN)[]): { asked: string[], ask: Ask } {
  const asked: string[] = []
  return { asked, ask: async words => { asked.push(words); return answers.shift() ?? { exitCode: 0, stderr: '' } } }
}

test('what may be forwarded to is the API, on the host\'s loopback and at its address in the tunnel, and Argo CD there', () => {
  assert.equal(forwards(settings('VPN_NETWORK=10.9.0.0/24')), ['127.0.0.1:6443', '10.9.0.1:6443', '10.9.0.1:8443'])
})

test('the same target has the same port as long as the connection lasts, another target another', async () => {
  const known = new Map<string, number>()
  const { asked, ask } = connection()
  const one = await forwarded(known, '127.0.0.1:6443', ask)
  assert.is(await forwarded(known, '127.0.0.1:6443', ask), one)
  assert.is.not(await forwarded(known, '10.8.0.1:6443', ask), one)
  assert.equal(asked.slice(0, 2), [`127.0.0.1:${one}:127.0.0.1:6443`, `127.0.0.1:${one}:127.0.0.1:6443`])
})

test('a port that somebody took a moment before is no end: there are three tries', async () => {
  const { asked, ask } = connection(TAKEN, TAKEN)
  assert.ok(await forwarded(new Map(), '127.0.0.1:6443', ask) > 0)
  assert.is(asked.length, 3)
  const failure = await rejects(forwarded(new Map(), '127.0.0.1:6443', connection(TAKEN, TAKEN, TAKEN).ask))
  assert.equal([failure.kind, failure.message], ['claim', 'no port of this machine could be forwarded to 127.0.0.1:6443'])
})

test('a connection that is gone is told, also to whoever has a port of it', async () => {
  const failure = await rejects(forwarded(new Map([['127.0.0.1:6443', 40_001]]), '127.0.0.1:6443', connection(GONE).ask))
  assert.equal([failure.kind, failure.facts.found], ['lost', GONE.stderr])
})

test.run()
