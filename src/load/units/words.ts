// Parts of commands, as they are sent.

/** An argument. */
function bulk(text: string): Buffer {
  return Buffer.from(`$${Buffer.byteLength(text)}\r\n${text}\r\n`, 'latin1');
}

export const WORDS = {
  SET: bulk('SET'),
  NX: bulk('NX'),
  PXAT: bulk('PXAT'),
  RESTORE: bulk('RESTORE'),
  REPLACE: bulk('REPLACE'),
  ABSTTL: bulk('ABSTTL'),
  IDLETIME: bulk('IDLETIME'),
  FREQ: bulk('FREQ'),
  UNLINK: bulk('UNLINK'),
  RENAME: bulk('RENAME'),
  RENAMENX: bulk('RENAMENX'),
} as const;
