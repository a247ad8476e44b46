import { truncateSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { le, len, str } from '../helpers/rdb-builder.js';
import { Directory, redis72 } from './files.js';
import { documentOf } from './json.js';
import { rdbkit } from './run.js';

const directory = new Directory();

/** More than any server keeps in one string, or a 32-bit memory takes at once. */
const CLAIM = 1_200_000_000;
const KEY = str('k');
const ONE = len(1);

// A file can hold what it claims: with holes it costs nothing on the disk. It must end in a finding, not in a crash.
describe('a string of more than a gigabyte', () => {
  it.each([
    ['the name of a key', Buffer.of(0)],
    ['a member of a set', Buffer.concat([Buffer.of(2), KEY, ONE])],
    ['a member of a sorted set', Buffer.concat([Buffer.of(5), KEY, ONE])],
    ['a field of a hash', Buffer.concat([Buffer.of(4), KEY, ONE])],
    ['a listpack', Buffer.concat([Buffer.of(16), KEY])],
    ['a node of a stream', Buffer.concat([Buffer.of(21), KEY, ONE, str(Buffer.alloc(16))])],
    ['an auxiliary field', Buffer.concat([Buffer.of(0xfa), str('a')])],
    ['a function library', Buffer.of(0xf5)],
  ])('%s', (name, before) => {
    const head = redis72().selectDb(0).bytes(before, len(CLAIM), le(CLAIM, 4)).unfinished();
    const path = directory.write(`${name.replaceAll(' ', '-')}.rdb`, head);
    truncateSync(path, head.length + CLAIM + 100);
    const ran = rdbkit(['verify', '--json', path]);
    truncateSync(path, 0);
    expect(ran.code).toBe(1);
    const [file] = documentOf(ran).files;
    expect(file.ok).toBe(false);
    expect(file.findings.filter(({ severity }) => severity === 'error').length).toBeGreaterThan(0);
  });
});
