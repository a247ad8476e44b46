/**
 * One connection to a server, made for loading: commands are packed into chunks and written as fast as the socket
 * takes them, without waiting for replies. A client library that keeps a promise per command needs minutes for what
 * this does in seconds.
 */
import { once } from 'node:events';
import { connect } from 'node:net';

const CHUNK_BYTES = 256 * 1024;

/** @typedef {string | number | Buffer} Argument a string stands for its Latin-1 bytes; other text comes as a Buffer */

export class Connection {
  #socket;
  /** Aborted when the socket closes, so that nobody waits for a server that died. */
  #closed = new AbortController();
  #chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  #used = 0;
  #received = '';
  /** @type {((reply: string) => void) | undefined} */
  #onReply;

  /** @param {import('node:net').Socket} socket */
  constructor(socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('error', () => {}); // 'close' follows, and it is what the waiting sides listen to
    socket.on('close', () => this.#closed.abort());
    socket.on('data', (bytes) => this.#receive(bytes));
  }

  /** @param {number} port on the loopback interface */
  static async open(port) {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Connection(socket);
  }

  /**
   * Queues one command. The caller looks at `full` now and then and awaits `drained()` when it is set.
   *
   * @param {readonly Argument[]} args the command's name and arguments
   */
  send(args) {
    let text = `*${args.length}\r\n`;
    for (const arg of args) {
      if (typeof arg === 'object') {
        this.#appendText(`${text}$${arg.length}\r\n`);
        this.#appendBytes(arg);
        text = '\r\n';
      } else {
        const string = typeof arg === 'string' ? arg : String(arg);
        text += `$${string.length}\r\n${string}\r\n`;
      }
    }
    this.#appendText(text);
  }

  /** Whether more is queued than the socket wants to hold. */
  get full() {
    return this.#socket.writableNeedDrain;
  }

  async drained() {
    if (this.#socket.writableNeedDrain) await once(this.#socket, 'drain', { signal: this.#closed.signal });
  }

  /**
   * Sends one command and waits for its reply. Only for use when no other reply is outstanding.
   *
   * @param {...Argument} args
   * @returns {Promise<string>} a simple string, an integer's digits or a bulk string
   */
  async request(...args) {
    const { signal } = this.#closed;
    signal.throwIfAborted();
    this.send(args);
    this.#flush();
    let gone = () => {};
    const reply = await new Promise((resolve, reject) => {
      this.#onReply = resolve;
      gone = () => reject(new Error(`The server closed the connection at ${args[0]}`));
      signal.addEventListener('abort', gone);
    }).finally(() => signal.removeEventListener('abort', gone));
    if (reply.startsWith('-')) throw new Error(`The server refused ${args[0]}: ${reply.slice(1)}`);
    return reply.slice(1);
  }

  close() {
    this.#socket.destroy();
  }

  /** @param {string} text */
  #appendText(text) {
    if (text.length > CHUNK_BYTES - this.#used) this.#flush();
    if (text.length > CHUNK_BYTES) this.#socket.write(text, 'latin1');
    else this.#used += this.#chunk.write(text, this.#used, 'latin1');
  }

  /** @param {Buffer} bytes */
  #appendBytes(bytes) {
    if (bytes.length > CHUNK_BYTES - this.#used) this.#flush();
    if (bytes.length > CHUNK_BYTES) this.#socket.write(bytes);
    else this.#used += bytes.copy(this.#chunk, this.#used);
  }

  #flush() {
    if (this.#used === 0) return;
    this.#socket.write(this.#chunk.subarray(0, this.#used));
    this.#chunk = Buffer.allocUnsafe(CHUNK_BYTES); // the socket still owns the one before
    this.#used = 0;
  }

  /** @param {Buffer} bytes */
  #receive(bytes) {
    this.#received += bytes.toString('latin1');
    const reply = completeReply(this.#received);
    if (reply === undefined) return;
    this.#received = '';
    this.#onReply?.(reply);
  }
}

/**
 * @param {string} received
 * @returns {string | undefined} the reply behind a `-` (an error) or a `+` (anything else); undefined while incomplete
 */
function completeReply(received) {
  const lineEnd = received.indexOf('\r\n');
  if (lineEnd < 0) return undefined;
  const line = received.slice(1, lineEnd);
  if (received[0] !== '$') return (received[0] === '-' ? '-' : '+') + line;
  const start = lineEnd + 2;
  const end = start + Number(line);
  return received.length < end + 2 ? undefined : `+${received.slice(start, end)}`;
}
