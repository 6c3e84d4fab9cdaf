import { once } from 'node:events'
import type { Server } from 'node:net'

/** The port of this machine's loopback at which the server listens from now on, as long as anything else keeps the process alive. */
export async function listen(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1').unref(), 'listening')
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}
