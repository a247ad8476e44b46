// Copies of real files hold what the originals hold: byte for byte, and as the servers that wrote them say.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CORPUS, FIXTURES, type Golden, goldens, lines } from '../../helpers/corpus.js';
import { sample } from '../../helpers/runs.js';
import { differences, truthOf } from '../../helpers/truth.js';
import { verifyBytes } from '../../verify/verify-bytes.js';
import { exported, useFolder } from './exported.js';
import { rawKeys } from './raw-keys.js';

useFolder();

const files = [...goldens(FIXTURES), ...goldens(join(CORPUS, 'rdb'))];

const WAYS = [
  { way: 'as a whole', options: {}, some: sample(files, 3) },
  { way: 'key by key', options: { filters: { match: ['*'] } }, some: sample(files, 3, 1) },
  { way: 'with values that wait for a decision', options: { filters: { minSize: 0 } }, some: sample(files, 3, 2) },
];

describe.each(WAYS)('a copy made $way', ({ options, some }) => {
  it.each(some)('$name', async ({ rdb, truth }: Golden) => {
    const source = readFileSync(rdb);
    const { summary, files: written } = await exported([rdb], options);
    const copy = written['.rdb'];
    expect(summary.written).toBe(true);
    const [before, after] = [await rawKeys(source), await rawKeys(copy)];
    expect(after).toEqual({ complete: true, keys: before.keys });
    expect(summary.keys).toBe(before.keys.length);
    const { records, problems, result } = await truthOf(copy, { sized: true });
    expect(differences(lines(truth), records, 'writer')).toEqual([]);
    expect(problems).toEqual([]);
    expect(result).toMatchObject({ complete: true, end: copy.length });
    const report = await verifyBytes(copy);
    expect(report.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(report.checksum.status).toBe(report.rdbVersion !== null && report.rdbVersion < 5 ? 'absent' : 'ok');
  });
});

describe('a copy of everything', () => {
  // Only the checksum is new, of files that have none.
  it.each(files)('$name is the same file', async ({ rdb }) => {
    const source = readFileSync(rdb);
    const { files: written } = await exported([rdb]);
    const end = source.readBigUInt64LE(source.length - 8) === 0n ? source.length - 8 : source.length;
    expect(written['.rdb'].subarray(0, end).equals(source.subarray(0, end))).toBe(true);
  });
});
