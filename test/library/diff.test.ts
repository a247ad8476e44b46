import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  BackupError,
  bytesToText,
  diffBackups,
  MemorySink,
  type NewEntry,
  RdbWriter,
  readEntries,
  writeEntry,
} from '../../src/index.js';
import { FIXTURES } from '../helpers/corpus.js';

async function dump(...entries: readonly NewEntry[]): Promise<Uint8Array> {
  const sink = new MemorySink();
  const writer = new RdbWriter(sink, { magic: 'REDIS', version: 11 });
  for (const entry of entries) await writeEntry(writer, entry);
  await writer.end();
  return sink.bytes();
}

const kept = { key: 'kept', type: 'set', value: ['a', 'b'] } as const;

describe('a comparison from a program', () => {
  it('tells what is on one side only, and what changed', async () => {
    const left = await dump(
      kept,
      { key: 'gone', type: 'string', value: 'x' },
      { key: 'n', type: 'string', value: '1' },
    );
    const right = await dump({ ...kept, value: ['b', 'a'] }, { key: 'new', type: 'list', value: ['1', '2'], db: 3 }, {
      ...{ key: 'n', type: 'string', value: '1', expireAtMs: 2e12 },
    } as const);
    using found = await diffBackups(left, right);
    const changes = [...found.changes()].map(({ key, ...change }) => ({ ...change, key: bytesToText(key) }));
    expect(changes).toHaveLength(3);
    expect(changes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ change: 'removed', key: 'gone', db: 0, right: null }),
        expect.objectContaining({ change: 'added', key: 'new', db: 3, left: null }),
        expect.objectContaining({ change: 'changed', key: 'n', what: ['expire'] }),
      ]),
    );
    expect(found.summary).toMatchObject({ added: 1, removed: 1, changed: 1, unchanged: 1, complete: true });
    expect([...found.changes()]).toHaveLength(3);
  });

  it('takes shards, filters and options', async () => {
    const path = join(FIXTURES, 'dump.rdb');
    const whole = await diffBackups(path, path);
    expect(whole.summary).toMatchObject({ added: 0, removed: 0, changed: 0, complete: true });
    whole.close();
    const half = await dump({ key: 'a', type: 'string', value: '1' });
    const other = await dump({ key: 'b', type: 'string', value: '2', expireAtMs: 2e12 });
    const both = await dump({ key: 'a', type: 'string', value: '1' }, { key: 'b', type: 'string', value: '2' });
    using shards = await diffBackups([half, other], both, { ignoreTtl: true });
    expect(shards.summary).toMatchObject({ added: 0, removed: 0, changed: 0, unchanged: 2 });
    using filtered = await diffBackups(half, both, { filters: { match: ['a*'] } });
    expect(filtered.summary).toMatchObject({ added: 0, unchanged: 1, filters: ['--match a*'] });
  });

  it('says when a side ended early, and refuses what it cannot read twice', async () => {
    const bytes = await dump(kept, { key: 'n', type: 'string', value: '1' });
    using found = await diffBackups(bytes, bytes.slice(0, bytes.length - 12));
    expect(found.summary.complete).toBe(false);
    expect(found.summary.right.inputs[0]?.findings.map(({ code }) => code)).toEqual(['RDB_TRUNCATED']);
    const path = join(FIXTURES, 'dump.rdb');
    await expect(diffBackups(createReadStream(path), path)).rejects.toThrow(BackupError);
    await expect(diffBackups(path, path, { depth: 0 })).rejects.toThrow(RangeError);
    await expect(diffBackups(path, join(FIXTURES, 'no such file'))).rejects.toMatchObject({ code: 'ENOENT' });
    // What was opened for it is closed: it can be read again.
    let keys = 0;
    for await (const _ of readEntries(path)) keys++;
    expect(keys).toBeGreaterThan(0);
  });
});
