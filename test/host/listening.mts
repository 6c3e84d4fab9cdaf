import { createServer, type Socket } from 'node:net'
import { once } from 'node:events'

/** Somebody at a port of this machine's loopback, who does this with each connection. */
export async function listening(serve: (socket: Socket) => void = socket => socket.destroy()): Promise<{ port: number, close: () => void }> {
  const server = createServer(socket => {
    socket.on('error', () => {})
    serve(socket)
  }).listen(0, '127.0.0.1').unref()
  await once(server, 'listening')
  const address = server.address()
  return { port: typeof address === 'object' && address ? address.port : 0, close: () => server.close() }
}
