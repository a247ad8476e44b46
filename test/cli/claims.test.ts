import { truncateSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { le, len, str } from '../helpers/rdb-builder.js';
import { Directory, redis72 } from './files.js';
import { documentOf } from './json.js';
import { rdbkit } from './run.js';

const directory = new Directory();

/** More than a 32-bit memory takes at once. */
const HUGE = 1_200_000_000;
/** More than any server keeps in one string. */
const LARGE = 550_000_000;
const KEY = str('k');
const ONE = len(1);

// A file can hold what it claims: with holes it costs nothing on the disk. It must end in a finding, not in a crash.
describe('a string that is too large', () => {
  it.each([
    ['the name of a key', HUGE, Buffer.of(0)],
    ['a member of a set', LARGE, Buffer.concat([Buffer.of(2), KEY, ONE])],
    ['a member of a sorted set', LARGE, Buffer.concat([Buffer.of(5), KEY, ONE])],
    ['a field of a hash', LARGE, Buffer.concat([Buffer.of(4), KEY, ONE])],
    ['a listpack', HUGE, Buffer.concat([Buffer.of(16), KEY])],
    ['a node of a stream', LARGE, Buffer.concat([Buffer.of(21), KEY, ONE, str(Buffer.alloc(16))])],
    ['an auxiliary field', LARGE, Buffer.concat([Buffer.of(0xfa), str('a')])],
    ['a function library', LARGE, Buffer.of(0xf5)],
  ])('%s', (name, claim, before) => {
    const head = redis72().selectDb(0).bytes(before, len(claim), le(claim, 4)).unfinished();
    const path = directory.write(`${name.replaceAll(' ', '-')}.rdb`, head);
    truncateSync(path, head.length + claim + 100);
    const ran = rdbkit(['verify', '--json', path]);
    truncateSync(path, 0);
    expect(ran.code).toBe(1);
    const [file] = documentOf(ran).files;
    expect(file.ok).toBe(false);
    expect(file.findings.filter(({ severity }) => severity === 'error').length).toBeGreaterThan(0);
  });
});
