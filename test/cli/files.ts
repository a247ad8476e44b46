// Inputs for the program, in a directory of their own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { listValue, RdbBuilder, setValue, stringValue, type Text } from '../helpers/rdb-builder.js';

const HOUR_S = 3600;

/** When the files were made, seconds since 1970: a bit more than three hours ago. */
export const MADE_AT = Math.floor(Date.now() / 1000) - 3 * HOUR_S - 60;

/** The head of a file of Redis 7.2.5. */
export function redis72(version = 11): RdbBuilder {
  return new RdbBuilder(version)
    .aux('redis-ver', '7.2.5')
    .aux('redis-bits', '64')
    .aux('ctime', String(MADE_AT))
    .aux('used-mem', '1048576');
}

/** Two keys in database 0, one of which expires, and one in database 3. */
export function someKeys(version?: number): RdbBuilder {
  return redis72(version)
    .selectDb(0)
    .resizeDb(2, 1)
    .expireMs(2_000_000_000_000)
    .key('session', stringValue('v'))
    .key('tags', setValue(['a', 'b']))
    .selectDb(3)
    .resizeDb(1, 0)
    .key('name', stringValue('Ada'));
}

export const SOUND = someKeys().finish();
export const WRONG_CHECKSUM = someKeys().finish('wrong');
export const NO_CHECKSUM = someKeys().finish('zero');
export const TRAILING = Buffer.concat([SOUND, Buffer.alloc(7)]);
/** It ends inside the value of `name`. */
export const TRUNCATED = SOUND.subarray(0, -11);
/** Of a version that is not there yet. */
export const NEWER = someKeys(42).finish();

/** A list without elements, which no server can have, under `key`. */
export function emptyList(key: Text): Buffer {
  return redis72().selectDb(0).resizeDb(1, 0).key(key, listValue([])).finish();
}

/** A temporary directory that is gone after the tests of the file at hand. */
export class Directory {
  readonly path = mkdtempSync(join(tmpdir(), 'rdbkit-cli-'));

  constructor() {
    afterAll(() => rmSync(this.path, { recursive: true, force: true }));
  }

  join(...parts: string[]): string {
    return join(this.path, ...parts);
  }

  /** Writes a file and returns its path. */
  write(name: string, content: string | Uint8Array): string {
    const path = this.join(name);
    writeFileSync(path, content);
    return path;
  }
}
