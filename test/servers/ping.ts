import { connect } from 'node:net';

/** How long one PING may take. */
const REPLY_TIMEOUT_MS = 1_000;

/**
 * Whether a server answers on this port and has loaded its data. A bare socket, since a client library would retry,
 * queue and log on its own while nobody listens yet.
 */
export function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write('PING\r\n'));
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(REPLY_TIMEOUT_MS, () => end(false));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
    // A password makes it answer -NOAUTH, which is as good as PONG; -LOADING is not.
    socket.once('data', (reply) => end(!reply.toString('latin1').startsWith('-LOADING')));
  });
}
