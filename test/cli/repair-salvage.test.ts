import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { stringValue } from '../helpers/rdb-builder.js';
import { truthOf } from '../helpers/truth.js';
import { Directory, redis72, SOUND, WRONG_CHECKSUM } from './files.js';
import { rdbkit } from './run.js';

const directory = new Directory();
let outputs = 0;
const fresh = () => directory.join(`out-${outputs++}.rdb`);

const KEYS = 200;
const LEAST_BACK = 190;
/** Many keys, with garbage over one of them. */
const DAMAGED = (() => {
  const rdb = redis72().selectDb(0).resizeDb(KEYS, 0);
  for (let i = 0; i < KEYS; i++) rdb.key(`key:${i}`, stringValue(`a value that is long enough ${i}`));
  const bytes = rdb.finish();
  bytes.fill(0xee, bytes.indexOf('key:100') - 2, bytes.indexOf('key:100') + 20);
  return bytes;
})();

async function namesIn(path: string): Promise<string[]> {
  const { result, records } = await truthOf(readFileSync(path), { sized: true });
  expect(result.complete).toBe(true);
  return records.map(({ key }) => Buffer.from(key, 'base64').toString());
}

describe('repair --salvage', () => {
  const damaged = directory.write('damaged.rdb', DAMAGED);

  it('writes what can be read, and says what was lost and what to do: exit 1', async () => {
    const output = fresh();
    const { code, stdout, stderr } = rdbkit(['repair', '--salvage', damaged, '-o', output]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toContain(`SALVAGED, written to ${output}`);
    expect(stdout).toContain('RDB_UNKNOWN_');
    expect(stdout).toContain('are unproven');
    expect(stdout).toContain('copy the file again');
    const names = await namesIn(output);
    expect(names.length).toBeGreaterThan(LEAST_BACK);
    expect(names).not.toContain('key:100');
    for (const name of names) expect(name).toMatch(/^key:\d+$/);
    expect(readFileSync(damaged)).toEqual(DAMAGED);
    expect(rdbkit(['verify', '--quiet', output])).toMatchObject({ code: 0, stdout: '' });
  });

  it('tells the same as JSON', async () => {
    const output = fresh();
    const { code, stdout } = rdbkit(['repair', '--salvage', '--json', damaged, '-o', output]);
    expect(code).toBe(1);
    const names = await namesIn(output);
    const at = DAMAGED.indexOf(Buffer.alloc(22, 0xee));
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ schema: 1, ok: false, complete: false, kind: 'rdb', output, refusals: [] });
    expect(report.salvage).toMatchObject({
      outcome: 'lost',
      unproven: true,
      checksum: { status: 'mismatch' },
      keys: { written: names.length, sure: names.length, suspectWritten: 0 },
      databases: [{ db: 0, announced: KEYS }],
      skippedRanges: 1,
    });
    const [{ start, end, bytes, code: why }] = report.salvage.skipped;
    expect(start).toBeLessThanOrEqual(at);
    expect(end).toBeGreaterThanOrEqual(at + 22);
    expect({ bytes, total: report.salvage.skippedBytes }).toEqual({ bytes: end - start, total: end - start });
    expect(why).toMatch(/^RDB_UNKNOWN_/);
    expect(report.salvage.suspects.length).toBe(report.salvage.keys.suspect);
    for (const { offset, key, db, reason } of report.salvage.suspects) {
      expect({ db, reason }).toEqual({ db: 0, reason: expect.stringMatching(/^(before|behind)-damage$/) });
      expect(DAMAGED.indexOf(key)).toBe(offset + 2);
    }
  });

  it('writes keys in doubt only when asked to', async () => {
    const [without, all] = [fresh(), fresh()];
    rdbkit(['repair', '--salvage', damaged, '-o', without]);
    const { code, stdout } = rdbkit(['repair', '--salvage', '--include-suspect', '--json', damaged, '-o', all]);
    expect(code).toBe(1);
    const { keys } = JSON.parse(stdout).salvage;
    expect(keys.suspectWritten).toBeGreaterThan(0);
    expect((await namesIn(all)).length).toBe((await namesIn(without)).length + keys.suspectWritten);
  });

  it('copies a sound file: exit 0', async () => {
    const output = fresh();
    const { code, stdout } = rdbkit(['repair', '--salvage', directory.write('sound.rdb', SOUND), '-o', output]);
    expect(code).toBe(0);
    expect(stdout).toContain('nothing was lost');
    expect(await namesIn(output)).toEqual(['session', 'tags', 'name']);
  });

  it('does not trust a file that can be read to its end when its checksum is wrong: exit 1', async () => {
    const output = fresh();
    const input = directory.write('wrong.rdb', WRONG_CHECKSUM);
    const { code, stdout } = rdbkit(['repair', '--salvage', '--json', input, '-o', output]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout).salvage).toMatchObject({ unproven: true, skippedRanges: 0, keys: { written: 3 } });
  });

  it('reads a gzip, as far as that goes', async () => {
    for (const packed of [gzipSync(DAMAGED), gzipSync(DAMAGED).subarray(0, -20)]) {
      const output = fresh();
      const { code } = rdbkit(['repair', '--salvage', directory.write('packed.gz', packed), '-o', output]);
      expect(code).toBe(1);
      expect((await namesIn(output)).length).toBeGreaterThan(KEYS / 4);
    }
  });

  it('takes standard input, under that name', async () => {
    const [piped, named] = [fresh(), fresh()];
    const stdin = readFileSync(damaged);
    const { code, stdout } = rdbkit(['repair', '--salvage', '-', '-o', piped], { stdin });
    expect({ code, head: stdout.split('\n')[0] }).toEqual({
      code: 1,
      head: `standard input: SALVAGED, written to ${piped}`,
    });
    expect(rdbkit(['repair', '--salvage', damaged, '-o', named]).code).toBe(1);
    expect(readFileSync(piped)).toEqual(readFileSync(named));
  });

  it.each<[string, () => string[], string]>([
    ['an output that exists', () => [damaged, '-o', damaged], 'exists'],
    ['no such input', () => ['nowhere.rdb', '-o', fresh()], 'nowhere.rdb'],
    ['an empty standard input', () => ['-', '-o', fresh()], 'standard input'],
    ['a directory', () => [directory.path, '-o', '/nowhere/x'], 'directory'],
    ['text', () => [directory.write('text', 'hello, world\n'), '-o', fresh()], 'text'],
    ['nothing', () => [directory.write('nothing', ''), '-o', fresh()], 'nothing'],
    ['a log', () => [directory.write('a.aof', '*1\r\n$4\r\nPING\r\n'), '-o', fresh()], 'append-only'],
    ['a cut of a log', () => [damaged, '--truncate-at-damage', '-o', fresh()], '--truncate-at-damage'],
  ])('cannot be done: %s, exit 2', (_, args, said) => {
    const given = args();
    const before = readdirSync(directory.path).length;
    const { code, stdout, stderr } = rdbkit(['repair', '--salvage', ...given]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(said);
    expect(stderr).not.toContain('unexpected');
    expect(readdirSync(directory.path)).toHaveLength(before);
  });

  it('is what an RDB needs, and --include-suspect goes with it', () => {
    const refused = rdbkit(['repair', damaged, '-o', fresh()]);
    expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining('--salvage') });
    const sound = directory.write('sound.rdb', SOUND);
    const plain = rdbkit(['repair', sound, '-o', fresh()]);
    expect(plain).toMatchObject({ code: 2, stderr: expect.stringContaining('--salvage') });
    const alone = rdbkit(['repair', '--include-suspect', sound, '-o', fresh()]);
    expect(alone).toMatchObject({ code: 2, stderr: expect.stringContaining('--salvage') });
  });

  it('leaves no output in a directory that cannot be', () => {
    const folder = directory.join('folder');
    mkdirSync(folder);
    expect(rdbkit(['repair', '--salvage', damaged, '-o', `${folder}/no/out.rdb`]).code).toBe(2);
    expect(existsSync(`${folder}/no`)).toBe(false);
  });
});
