import { appendFile, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FileSource } from '../../../src/bytes/sources/file.js';

let folder: string;
let path: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rdbkit-file-'));
  path = join(folder, 'some.rdb');
});

afterAll(() => rm(folder, { recursive: true }));

async function opened(content: string): Promise<FileSource> {
  await writeFile(path, content);
  return FileSource.open(path);
}

describe('FileSource', () => {
  it('reads a file in order and counts', async () => {
    const source = await opened('0123456789');
    const target = Buffer.alloc(4);
    const got: string[] = [];
    for (let n: number; (n = await source.read(target)) > 0; ) got.push(target.toString('latin1', 0, n));
    expect(got).toEqual(['0123', '4567', '89']);
    expect(source.size).toBe(10);
    expect(source.consumed).toBe(10);
    expect(await source.read(target)).toBe(0);
    await source.close();
  });

  it('has not changed because it was read', async () => {
    const source = await opened('0123456789');
    await source.read(Buffer.alloc(4));
    expect(await source.changed()).toBe(false);
    await source.close();
  });

  it('has changed when bytes were appended, and reads them', async () => {
    const source = await opened('0123456789');
    await appendFile(path, 'more');
    expect(await source.changed()).toBe(true);
    const target = Buffer.alloc(100);
    expect(target.toString('latin1', 0, await source.read(target))).toBe('0123456789more');
    await source.close();
  });

  it('has changed when bytes were overwritten in place, which shows in its time alone', async () => {
    const source = await opened('0123456789');
    await writeFile(path, 'abcdefghij');
    // Two writes may fall into one tick of the file system's clock.
    await utimes(path, new Date(1_000_000), new Date(1_000_000));
    expect(await source.changed()).toBe(true);
    await source.close();
  });

  it('refuses what is not there', async () => {
    await expect(FileSource.open(join(folder, 'missing'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
