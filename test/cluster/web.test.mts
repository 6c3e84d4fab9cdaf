import { createServer } from 'node:http'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ask } from '../../lib/cluster/web.mts'
import { listening } from '../host/listening.mts'
import { listen } from './listen.mts'

const test = suite('web')

test('a site is asked for by its name, at an address of its own', async () => {
  const server = createServer(({ headers: { host } }, response) => response.writeHead(host === 'shop.internal' ? 200 : 404).end(`${host}\n`))
  const port = await listen(server)
  assert.is(await ask('127.0.0.1', 'http', 'shop.internal', port), '200 shop.internal')
  assert.is(await ask('127.0.0.1', 'http', 'other.internal', port), '404 other.internal')
  server.close()
})

test('what came instead of an answer has its word', async () => {
  const [shut, silent] = [await listening(), await listening(() => {})]
  assert.is(await ask('127.0.0.1', 'https', 'shop.internal', shut.port), 'ECONNRESET')
  assert.is(await ask('127.0.0.1', 'http', 'shop.internal', silent.port, '200ms'), 'silence')
  shut.close()
  silent.close()
  assert.is(await ask('127.0.0.1', 'http', 'shop.internal', 1), 'ECONNREFUSED')
})

test.run()
