/** What the first bytes of an input say it is. `text`: nothing we know, readable characters; `binary`: nothing we know. */
export type Content =
  | 'rdb'
  | 'aof'
  | 'manifest'
  | 'gzip'
  | 'zstd'
  | 'vcs'
  | 'replication'
  | 'empty'
  | 'text'
  | 'binary';

/** How many bytes `detect` wants to see. */
export const DETECT_BYTES = 64;

/** Tells the kind by content, never by a name. */
export function detect(head: Uint8Array): Content {
  if (head.length === 0) return 'empty';
  const text = Buffer.from(head).toString('latin1');
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (text.startsWith('\x28\xb5\x2f\xfd')) return 'zstd';
  if (text.startsWith('VCS\x01')) return 'vcs';
  if (startsLike(text, 'REDIS', /^REDIS\d/) || startsLike(text, 'VALKEY', /^VALKEY\d/)) return 'rdb';
  if (/^\$(\d+|EOF:[0-9a-f]{40})\r\n/.test(text) || text.startsWith('+FULLRESYNC')) return 'replication';
  if (/^(\*\d+\r\n\$|#TS:\d+)/.test(text)) return 'aof';
  if (/^(#[^\n]*\n)*file [^\n]+/.test(text) && !text.includes('\0')) return 'manifest';
  return /^[\t\n\r\x20-\x7e\x80-\xff]*$/.test(text) ? 'text' : 'binary';
}

/** A file that is cut inside the magic is still that kind of file. */
function startsLike(text: string, magic: string, full: RegExp): boolean {
  return full.test(text) || (text.length <= magic.length && text.length >= 3 && magic.startsWith(text));
}
