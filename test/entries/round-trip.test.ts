// What is written with RdbWriter is what is read from it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NewEntry, openBackup, type WrittenHeader } from '../../src/index.js';
import { entries } from '../helpers/models/entries.js';
import { runs } from '../helpers/runs.js';
import { readAll, written } from './written.js';

const REDIS_7_2: WrittenHeader = { magic: 'REDIS', version: 11 };
const HEADERS: { header: WrittenHeader; fieldExpiry: boolean }[] = [
  { header: REDIS_7_2, fieldExpiry: false },
  { header: { magic: 'REDIS', version: 12 }, fieldExpiry: true },
  { header: { magic: 'VALKEY', version: 80 }, fieldExpiry: true },
];

/** Of an entry that was read, what it was written from. */
function origin({ type, db, key, value, expireAtMs, freq }: Awaited<ReturnType<typeof readAll>>[number]) {
  return { type, db, key, value, expireAtMs, freq };
}

/** What a stream that was written reads as. */
function expected(entry: NewEntry) {
  if (entry.type !== 'stream') return entry;
  const { value } = entry;
  return {
    ...entry,
    value: { ...value, length: value.entries.length, firstId: value.entries[0]?.id ?? '0-0', idmp: undefined },
  };
}

describe.each(HEADERS)('$header', ({ header, fieldExpiry }) => {
  it('gives back every value, and rdbkit finds the file sound', async () => {
    await fc.assert(
      fc.asyncProperty(entries({ fieldExpiry }), async (wanted) => {
        const file = await written(wanted, header);
        const found = await readAll(file);
        expect(plain(found.map(origin))).toEqual(plain(wanted.map(expected)));
        await using backup = await openBackup(file);
        const report = await backup.verify();
        expect(report.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
        expect(report.checksum.status).toBe('ok');
        expect(report.keys).toBe(wanted.length);
      }),
      { numRuns: runs(25) },
    );
  });
});

/** Bytes as text, so that a Buffer equals a Uint8Array; and undefined members gone. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('latin1')}`;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, plain(member)]));
}
