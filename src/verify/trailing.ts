import type { Window } from '../bytes/window.js';

const LOOK_AT = 64;
const STEP = 1024 * 1024;

/** What follows the end of an RDB. */
export interface Trailing {
  readonly bytes: number;
  /** In words, for a message. */
  readonly what: string;
  /** Append-only commands follow: the RDB is the head of an AOF. */
  readonly commands: boolean;
}

/** Reads to the end of the input and says what is there; undefined when there is nothing. */
export async function readTrailing(window: Window): Promise<Trailing | undefined> {
  await window.fill(LOOK_AT);
  if (window.end === window.position) return undefined;
  const head = Buffer.from(window.bytes.slice(window.position, Math.min(window.end, window.position + LOOK_AT)));
  const start = window.offsetOf(window.position);
  let zeros = true;
  while (window.end > window.position) {
    if (zeros) zeros = isZero(window.bytes, window.position, window.end);
    window.discard(window.end);
    await window.fill(STEP);
  }
  const bytes = window.offsetOf(window.position) - start;
  const text = head.toString('latin1');
  const commands = /^(\*\d+\r\n|#TS:)/.test(text);
  return { bytes, commands, what: describe(text, bytes, zeros, commands) };
}

function describe(text: string, bytes: number, zeros: boolean, commands: boolean): string {
  if (commands) return 'append-only commands';
  if (zeros) return 'zero bytes';
  if (/^(REDIS|VALKEY)\d/.test(text)) return 'another RDB';
  if (bytes === 40 && /^[0-9a-f]{40}$/.test(text)) return 'the end mark of a replication stream';
  return 'their meaning is unknown';
}

function isZero(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] !== 0) return false;
  return true;
}
