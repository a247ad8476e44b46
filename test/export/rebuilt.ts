// Puts an export as commands into a real server, and reads back what the server holds then.
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BytesRef } from '../../src/rdb/bytes-ref.js';
import type { RdbVisitor } from '../../src/rdb/visitor.js';
import { parse } from '../helpers/parse.js';
import { TruthVisitor } from '../helpers/truth/visitor.js';
import { type Json, type TruthRecord, truthOf } from '../helpers/truth.js';
import type { AvailableServer } from '../servers/available.js';
import { type RunningServer, withServer } from '../servers/server.js';

type Fields = { [name: string]: Json };

/** The data of a server, as the file says that it saves. */
export interface Held {
  readonly keys: ReadonlyMap<string, Fields>;
  readonly functions: readonly string[];
}

/** How commands get into a server. */
export type Way = 'aof' | 'pipe';

/** Starts a server that gets the commands, and returns what it holds. Throws when it minds any of them. */
export async function rebuilt(server: AvailableServer, commands: Uint8Array, way: Way): Promise<Held> {
  const databases = ['--databases', '32'];
  if (way === 'pipe') {
    return withServer({ ...server, args: databases }, async (running) => {
      const { stdout, stderr } = spawnSync('redis-cli', ['-p', String(running.port), '--pipe'], { input: commands });
      const said = `${stdout}${stderr}`;
      if (!/errors: 0,/.test(said)) throw new Error(said);
      return saved(running);
    });
  }
  const options = {
    ...server,
    args: [...databases, '--appendonly', 'yes', '--auto-aof-rewrite-percentage', '0'],
    prepare: (dir: string) => writeFileSync(join(dir, 'appendonly.aof'), commands),
  };
  return withServer(options, async (running) => {
    if (running.log().includes('CRITICAL')) throw new Error(running.log());
    return saved(running);
  });
}

/** What a server holds that loads a dump. */
export async function loaded(server: AvailableServer, rdb: string): Promise<Held> {
  const prepare = (dir: string) => copyFileSync(rdb, join(dir, 'dump.rdb'));
  return withServer({ ...server, args: ['--databases', '32'], prepare }, saved);
}

/** What a running server holds, after it has saved that. */
export async function saved({ client, dir }: RunningServer): Promise<Held> {
  await client.save();
  return held(readFileSync(join(dir, 'dump.rdb')));
}

/** What a dump holds, without what commands cannot give to keys. */
async function held(dump: Uint8Array): Promise<Held> {
  const { records } = await truthOf(dump);
  const visitor = new Functions();
  await parse(dump, visitor as RdbVisitor);
  return {
    keys: new Map(records.map((record) => [`${record.db} ${record.key}`, comparable(record)])),
    functions: visitor.codes.sort(),
  };
}

class Functions extends TruthVisitor {
  readonly codes: string[] = [];

  override functionLibrary(code: BytesRef): void {
    this.codes.push(Buffer.from(code.view()).toString('base64'));
  }
}

function comparable({ type, expireAtMs, value }: TruthRecord): Fields {
  if (type === 'stream') return { type, expireAtMs, value: stream(value as Fields) };
  if (type === 'zset' && Array.isArray(value)) {
    // Where a small sorted set becomes a listpack, zero loses its sign.
    const members = (value as Json[][]).map(([member, score]) => [member, score === '-0' ? '0' : score]);
    return { type, expireAtMs, value: members };
  }
  return { type, expireAtMs, value };
}

/** Without the clocks of consumers, the layout of nodes, and the first id of an empty stream, for which servers have two words. */
function stream({ radixTreeKeys: _nodes, groups, firstId, ...rest }: Fields): Fields {
  return {
    ...rest,
    firstId: rest.length === 0 ? '' : firstId,
    groups: (groups as Fields[]).map(({ consumers, ...group }) => ({
      ...group,
      consumers: (consumers as Fields[]).map(({ seenTime: _seen, activeTime: _active, ...consumer }) => consumer),
    })),
  };
}

/**
 * Old streams do not know which entries were deleted, and XSETID cannot say "none": where such a one has pending entries that were
 * deleted, the server now knows of these. The same as `held` where that is all that differs.
 */
export function withKnownDeletions(held: Held, wanted: Held): Held {
  const keys = [...held.keys].map(([name, key]): [string, Fields] => {
    const before = wanted.keys.get(name)?.value as Fields | undefined;
    const value = key.value as Fields;
    if (key.type !== 'stream' || before?.maxDeletedId !== '0-0') return [name, key];
    const pending = (value.groups as Fields[]).flatMap((group) => group.pending as Json[][]).map(([id]) => id);
    const entries = new Set((value.entries as Json[][]).map(([id]) => id));
    const deleted = pending.includes(value.maxDeletedId ?? null) && !entries.has(value.maxDeletedId ?? null);
    return [name, deleted ? { ...key, value: { ...value, maxDeletedId: '0-0' } } : key];
  });
  return { ...held, keys: new Map(keys) };
}

/** Without what streams know of themselves since Redis 7.0. */
export function withoutCounters({ keys, functions }: Held): Held {
  const value = ({ entriesAdded: _added, maxDeletedId: _deleted, firstId: _first, groups, ...rest }: Fields) => ({
    ...rest,
    groups: (groups as Fields[]).map(({ entriesRead: _read, lag: _lag, ...group }) => group),
  });
  const streams = [...keys].map(([name, key]): [string, Fields] =>
    key.type === 'stream' ? [name, { ...key, value: value(key.value as Fields) }] : [name, key],
  );
  return { keys: new Map(streams), functions };
}
