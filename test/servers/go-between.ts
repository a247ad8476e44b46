import { connect, createServer, type Socket } from 'node:net';

/** One connection: what a client sends is passed on, and what the server answers goes through `answer`. */
export interface Passage {
  /** Which one it is, from 0. */
  readonly index: number;
  readonly client: Socket;
  readonly server: Socket;
}

export interface GoBetween {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Listens on a port of its own and passes connections on to a real server. `onRequest` and `onAnswer` are told of bytes before they are
 * passed on, and may break the connection; bytes for which they return false are dropped.
 */
export async function startGoBetween(
  port: number,
  {
    onRequest = () => true,
    onAnswer = () => true,
  }: {
    onRequest?: (passage: Passage, bytes: Buffer) => boolean;
    onAnswer?: (passage: Passage, bytes: Buffer) => boolean;
  },
): Promise<GoBetween> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const listener = createServer({ allowHalfOpen: true }, (client) => {
    const server = connect({ port, host: '127.0.0.1' });
    const passage = { index: connections++, client, server };
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (bytes: Buffer) => {
      if (onRequest(passage, bytes)) server.write(bytes);
    });
    client.on('end', () => server.end());
    server.on('data', (bytes: Buffer) => {
      if (onAnswer(passage, bytes)) client.write(bytes);
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('It has no port');
  return {
    port: address.port,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
