import { describe, expect, it } from 'vitest';
import { eventsOf } from '../helpers/events.js';
import { RdbBuilder } from '../helpers/rdb-builder.js';

/** The header event of an empty file, and problems. */
async function headOf(version: number, magic: 'REDIS' | 'VALKEY' = 'REDIS'): Promise<string[]> {
  const { events, result } = await eventsOf(new RdbBuilder(version, magic).finish());
  expect(result).toMatchObject({ complete: true });
  return events.slice(0, -1);
}

async function refusal(text: string): Promise<unknown> {
  const { events, result } = await eventsOf(Buffer.from(text, 'latin1'));
  expect(events).toEqual([]);
  return result.complete ? 'read' : { code: result.failure.code, offset: result.failure.offset };
}

describe('the header decides version and lineage', () => {
  it.each([1, 4, 9, 11])('REDIS version %d is common ground', async (version) => {
    expect(await headOf(version)).toEqual([`header REDIS ${version} common`]);
  });

  it.each([12, 13, 14, 15])('REDIS version %d is Redis', async (version) => {
    expect(await headOf(version)).toEqual([`header REDIS ${version} redis`]);
  });

  it.each([80, 81])('VALKEY version %d is Valkey', async (version) => {
    expect(await headOf(version, 'VALKEY')).toEqual([`header VALKEY ${version} valkey`]);
  });

  it('newer versions are read as far as they make sense', async () => {
    expect(await headOf(16)).toEqual(['header REDIS 16 redis', '! RDB_VERSION_NEWER @0']);
    expect(await headOf(79)).toEqual(['header REDIS 79 redis', '! RDB_VERSION_NEWER @0']);
    expect(await headOf(82, 'VALKEY')).toEqual(['header VALKEY 82 valkey', '! RDB_VERSION_NEWER @0']);
  });

  it.each(['REDIS0000', 'REDIS0080', 'REDIS00a9', 'REDIS  11', 'REDIS-001', 'VALKEY011', 'VALKEY079', 'VALKEY0x1'])(
    '%s is written by nobody',
    async (text) => {
      expect(await refusal(`${text}\xff`)).toEqual({ code: 'RDB_BAD_VERSION', offset: 0 });
    },
  );

  it.each(['*2\r\n$6\r\nSELECT', 'VCS\x01\x01\x00\x01ab', 'redis0011', '\0'.repeat(20)])(
    '%j is no RDB file',
    async (text) => {
      expect(await refusal(text)).toEqual({ code: 'INPUT_NOT_A_BACKUP', offset: 0 });
    },
  );

  it('a file may end inside its header', async () => {
    for (const text of ['', 'R', 'REDIS', 'REDIS001']) {
      expect(await refusal(text)).toEqual({ code: 'RDB_TRUNCATED', offset: 0 });
    }
  });
});
