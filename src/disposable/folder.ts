import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Belongings, watch } from './reaper.js';

/** The folder of a server, which only its owner can enter. */
export interface PrivateFolder {
  readonly path: string;
  /** Where the server listens: a path that fits the address of a socket. */
  readonly socket: string;
  readonly belongings: Belongings;
}

/** The kernel's limit is 108 bytes with the zero behind it; 104 on macOS. */
const LONGEST_SOCKET = 100;
const NAME = 'rdbkit-server-';
const SOCKET = 'socket';

/**
 * Makes a private folder in `parent` (default the system's temporary directory) that is gone when the process ends. Throws
 * the system's error.
 */
export function makeFolder(parent = tmpdir()): PrivateFolder {
  const belongings: Belongings = { child: undefined, folders: [] };
  // mkdtemp makes it with mode 0700, whatever the umask is.
  const path = mkdtempSync(join(realpathSync(parent), NAME));
  belongings.folders.push(path);
  watch(belongings);
  let socket = join(path, SOCKET);
  if (Buffer.byteLength(socket) > LONGEST_SOCKET) {
    const short = mkdtempSync(join('/tmp', NAME));
    belongings.folders.push(short);
    socket = join(short, SOCKET);
  }
  return { path, socket, belongings };
}
