// The statistics from the command line: what is said, where, and the exit status.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Directory, SOUND, TRUNCATED, WRONG_CHECKSUM } from './files.js';
import { bash, rdbkit } from './run.js';

const directory = new Directory();
const sound = directory.write('sound.rdb', SOUND);
const text = directory.write('notes.txt', 'no backup at all\n');
const missing = directory.join('missing.rdb');
const json = (args: readonly string[]) => {
  const { code, stdout, stderr } = rdbkit(['stats', '--json', ...args]);
  return { code, stderr, report: stdout === '' ? undefined : JSON.parse(stdout) };
};

describe('stats of a dump', () => {
  it('counts keys by database and type', () => {
    const { code, report } = json([sound]);
    expect(code).toBe(0);
    expect(report).toMatchObject({ schema: 1, complete: true, limited: false });
    expect(report.totals).toMatchObject({ keys: 3, expires: 1, elements: 4 });
    expect(report.databases.map(({ db, keys }: { db: number; keys: number }) => [db, keys])).toEqual([
      [0, 2],
      [3, 1],
    ]);
    const types = report.types.map(({ type, keys }: { type: string; keys: number }) => [type, keys]).sort();
    expect(types).toEqual([
      ['set', 1],
      ['string', 2],
    ]);
  });

  it('adds several up, and keeps them apart', () => {
    expect(json([sound, sound]).report.totals.keys).toBe(6);
    const { report } = json(['--per-file', sound, sound]);
    expect(report.perFile.map(({ totals }: { totals: { keys: number } }) => totals.keys)).toEqual([3, 3]);
  });

  it('counts what the filters let through', () => {
    expect(json(['--db', '3', sound]).report).toMatchObject({ totals: { keys: 1 }, filters: ['--db 3'] });
    expect(json(['--ttl', 'any', sound]).report.totals.keys).toBe(1);
    expect(json(['--limit', '2', sound])).toMatchObject({ code: 0, report: { limited: true, totals: { keys: 2 } } });
  });

  it('reads standard input and pipes', () => {
    expect(JSON.parse(rdbkit(['stats', '--json', '-'], { stdin: SOUND }).stdout).totals.keys).toBe(3);
    const { stdout } = bash(`$rdbkit stats --json <(cat ${sound})`);
    expect(JSON.parse(stdout).totals.keys).toBe(3);
  });
});

describe('what is wrong with an input', () => {
  it('a cut ends the count, and is told', () => {
    const { code, report, stderr } = json([directory.write('cut.rdb', TRUNCATED)]);
    expect(code).toBe(1);
    expect(report).toMatchObject({ complete: false, totals: { keys: 2 }, files: [{ outcome: 'damaged' }] });
    expect(stderr).toContain('RDB_TRUNCATED');
    expect(stderr).toContain('not whole');
  });

  it('a wrong checksum is exit status 1', () => {
    const { code, report } = json([directory.write('sum.rdb', WRONG_CHECKSUM)]);
    expect(code).toBe(1);
    expect(report.files[0]).toMatchObject({ checksum: 'mismatch', outcome: 'damaged' });
  });

  it('one that gives nothing does not keep the others from being counted', () => {
    for (const [bad, status] of [
      [text, 1],
      [missing, 2],
    ] as const) {
      for (const inputs of [
        [sound, bad],
        [bad, sound],
      ]) {
        const { code, report, stderr } = json(inputs);
        expect(code).toBe(status);
        expect(report).toMatchObject({ complete: false, totals: { keys: 3 } });
        expect(stderr).toContain(bad);
        expect(stderr).not.toContain(sound);
      }
    }
  });

  it('nothing is printed when nothing could be read', () => {
    expect(rdbkit(['stats', missing])).toMatchObject({ code: 2, stdout: '' });
    expect(rdbkit(['stats', text])).toMatchObject({ code: 1, stdout: '' });
  });

  it('a directory with a dump and a log is asked about', () => {
    const data = directory.join('data');
    mkdirSync(data);
    writeFileSync(`${data}/dump.rdb`, SOUND);
    writeFileSync(`${data}/appendonly.aof`, '*1\r\n$8\r\nFLUSHALL\r\n');
    const { code, stderr } = rdbkit(['stats', data]);
    expect(code).toBe(2);
    expect(stderr).toContain('which one');
  });

  it('options that make no sense are usage', () => {
    expect(rdbkit(['stats', '--depth', '99', sound]).code).toBe(2);
    expect(rdbkit(['stats', '--exact', '--max-memory', '1', '-'], { stdin: SOUND }).code).toBe(2);
    expect(rdbkit(['stats', '--table', 'nothing', sound]).code).toBe(2);
  });
});

describe('files that are written', () => {
  it('a page and a table', () => {
    const [page, table] = [directory.join('page.html'), directory.join('keys.csv')];
    const { code, stdout } = rdbkit(['stats', '--html', page, '--csv', table, '--table', 'keys', sound]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>/i);
    const lines = readFileSync(table, 'utf8').trimEnd().split('\r\n');
    expect(lines[0]).toBe('db,key,type,encoding,bytes,memory,elements,expireAtMs');
    expect(lines).toHaveLength(4);
  });

  it('are not there when they cannot be written', () => {
    const page = directory.join('no', 'such', 'page.html');
    const { code, stderr } = rdbkit(['stats', '--html', page, sound]);
    expect(code).toBe(2);
    expect(stderr).toContain('cannot be written');
    expect(existsSync(page)).toBe(false);
  });
});
