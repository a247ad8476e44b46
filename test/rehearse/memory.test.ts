// What a server says of its memory, beside what its keys were estimated to take.
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rehearse } from '../../src/rehearse/rehearse.js';
import { withServer } from '../servers/server.js';

const folder = mkdtempSync(join(tmpdir(), 'rdbkit-rehearse-memory-'));
const path = join(folder, 'dump.rdb');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() =>
  withServer({ binary: 'redis-server', args: ['--enable-debug-command', 'yes'] }, async ({ client, dir }) => {
    await client.call('DEBUG', 'POPULATE', '20000', 'key', '100');
    // Numbers that all keys share, expiries, tables, skiplists, and streams, whose trees MEMORY USAGE counts for more.
    const pipeline = client.pipeline();
    for (let i = 0; i < 2000; i++) {
      pipeline.set(`counter:${i}`, i, 'EX', 1_000_000);
      pipeline.xadd(`stream:${i}`, '1-1', 'f', 'v');
      pipeline.xgroup('CREATE', `stream:${i}`, 'group', '0');
      pipeline.xreadgroup('GROUP', 'group', 'alice', 'COUNT', 1, 'STREAMS', `stream:${i}`, '>');
      pipeline.rpush(`list:${i}`, 'a', 'b', 'c');
    }
    const members = Array.from({ length: 1000 }, (_, i) => `member ${i}`);
    for (let i = 0; i < 20; i++) {
      pipeline.sadd(`set:${i}`, ...members);
      pipeline.zadd(`zset:${i}`, ...members.flatMap((member, score) => [score, member]));
      pipeline.hset(`hash:${i}`, ...members.flatMap((member) => [member, 'value']));
    }
    await pipeline.exec();
    await client.save();
    copyFileSync(join(dir, 'dump.rdb'), path);
  }),
);

describe('the memory of a drill', () => {
  it.each(['boot', 'load'] as const)('is what was estimated, within three percent: via %s', async (via) => {
    const { report } = await rehearse(path, { via, server: 'redis-server' });
    const { memory } = report;
    expect(report.verdict).toBe('restored');
    expect(memory?.unknownKeys).toBe(0);
    expect(memory?.ratio).toBeCloseTo((memory?.estimated ?? 0) / (memory?.keys ?? 1), 3);
    expect(memory?.ratio).toBeGreaterThan(0.97);
    expect(memory?.ratio).toBeLessThan(1.03);
    expect(memory?.keys).toBeLessThan(memory?.used ?? 0);
    expect(readdirSync(folder)).toEqual(['dump.rdb']);
  });
});
