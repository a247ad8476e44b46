import { connect } from 'node:net';

/** How far a server is with loading. */
export interface Loading {
  /** Undefined while it loads and does not say. */
  readonly isLoading: boolean;
  readonly loadedBytes: number | undefined;
  readonly totalBytes: number | undefined;
}

/** A server that loads serves its clients only now and then. */
const REPLY_TIMEOUT_MS = 5_000;
const LONGEST_REPLY = 256 * 1024;

/**
 * Asks a server how far it is; undefined while nobody listens yet, or when it does not answer now. A bare socket: a client
 * library would retry, queue and log on its own.
 */
export function askLoading(path: string): Promise<Loading | undefined> {
  return new Promise((resolve) => {
    let reply = '';
    const socket = connect({ path }, () => socket.write('*2\r\n$4\r\nINFO\r\n$11\r\npersistence\r\n'));
    const end = (answer: Loading | undefined) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(REPLY_TIMEOUT_MS, () => end(undefined));
    socket.once('error', () => end(undefined));
    socket.once('close', () => end(undefined));
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      reply += chunk;
      const loading = /^loading:(\d)/m.exec(reply);
      // A password that the backup set keeps us out, and shows that it is up.
      if (reply.startsWith('-NOAUTH')) end({ isLoading: false, loadedBytes: undefined, totalBytes: undefined });
      else if (loading && isWhole(reply)) {
        end({
          isLoading: loading[1] !== '0',
          loadedBytes: field(reply, 'loading_loaded_bytes'),
          totalBytes: field(reply, 'loading_total_bytes'),
        });
      } else if (reply.startsWith('-') || reply.length > LONGEST_REPLY) end(undefined);
    });
  });
}

function isWhole(reply: string): boolean {
  const [, length] = /^\$(\d+)\r\n/.exec(reply) ?? [];
  return length !== undefined && reply.length >= length.length + 3 + Number(length) + 2;
}

function field(reply: string, name: string): number | undefined {
  const value = new RegExp(`^${name}:(\\d+)`, 'm').exec(reply)?.[1];
  return value === undefined ? undefined : Number(value);
}
