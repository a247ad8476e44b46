import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { at, cmd, fingerprint, MULTI, rdbHead, SELECT, set, Workshop } from '../repair/logs.js';
import { SOUND } from './files.js';
import { BIN, ENVIRONMENT, rdbkit } from './run.js';

const shop = new Workshop();
const T = 1_700_000_000;
const LOG = at(T) + SELECT + set('a') + at(T + 5) + set('b');

describe('rdbkit repair', () => {
  it('cuts a tail, and says where, how much and when', () => {
    const input = shop.file(LOG + MULTI + set('c') + set('d').slice(0, 9));
    const output = shop.fresh();
    const { code, stdout, stderr } = rdbkit(['repair', input, '-o', output]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(readFileSync(output, 'latin1')).toBe(LOG);
    expect(stdout).toContain(`REPAIRED, written to ${output}`);
    expect(stdout).toContain('3 commands, up to 2023-11-14 22:13:25 UTC');
    expect(stdout).toContain('51 bytes, 2 whole commands, from 2023-11-14 22:13:25 UTC on');
    expect(stdout).toContain('AOF_TRUNCATED_TAIL');
  });

  it('takes standard input, under that name, and leaves no copy of it', () => {
    const tmp = shop.fresh();
    mkdirSync(tmp);
    const output = shop.fresh();
    const args = ['repair', '-', '-o', output, '--tmp-dir', tmp];
    const { code, stdout } = rdbkit(args, { stdin: Buffer.from(LOG + set('c').slice(0, 9)) });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^standard input: REPAIRED, written to /);
    expect(stdout).toMatch(/cut {8}standard input at /);
    expect(readFileSync(output, 'latin1')).toBe(LOG);
    const json = JSON.parse(rdbkit(['repair', '--json', '-', '-o', shop.fresh()], { stdin: Buffer.from(LOG) }).stdout);
    expect(json).toMatchObject({ ok: true, input: '-', parts: [{ path: '-' }] });
    expect(rdbkit(['repair', '-', '-o', shop.fresh()], { stdin: SOUND }).stderr).toMatch(
      /^rdbkit: standard input is an RDB, not an append-only file: with --salvage, /,
    );
    expect(readdirSync(tmp)).toEqual([]);
  });

  it('copies what is whole, and says so', () => {
    const { code, stdout } = rdbkit(['repair', shop.file(LOG), '-o', shop.fresh()]);
    expect(code).toBe(0);
    expect(stdout).toContain('nothing to repair');
    expect(rdbkit(['repair', '--quiet', shop.file(LOG), '-o', shop.fresh()])).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });

  it('refuses damage with what would be lost: exit 1, nothing written', () => {
    const input = shop.file(`${LOG}hello\r\n${LOG}`);
    const output = shop.fresh();
    const { code, stdout, stderr } = rdbkit(['repair', input, '-o', output]);
    expect(code).toBe(1);
    expect(stdout).toContain('NOT REPAIRED');
    expect(stdout).toContain('AOF_TEXT');
    expect(stdout).toContain('--truncate-at-damage');
    expect(stderr).toContain('nothing was written');
    expect(existsSync(output)).toBe(false);
    expect(rdbkit(['repair', '--truncate-at-damage', input, '-o', output]).code).toBe(0);
    expect(readFileSync(output, 'latin1')).toBe(LOG);
  });

  it.each([
    ['ISO', '2023-11-14T22:13:22Z'],
    ['ISO without a zone is UTC', '2023-11-14 22:13:22'],
    ['ISO with another zone', '2023-11-15T00:13:22+02:00'],
    ['seconds', String(T + 2)],
    ['milliseconds', String((T + 2) * 1000)],
  ])('--until: %s', (_, time) => {
    const output = shop.fresh();
    expect(rdbkit(['repair', '--until', time, shop.file(LOG), '-o', output]).code).toBe(0);
    expect(readFileSync(output, 'latin1')).toBe(at(T) + SELECT + set('a'));
  });

  it('--until where it cannot be: exit 1', () => {
    const early = rdbkit(['repair', '--until', '2020-01-01', shop.file(LOG), '-o', shop.fresh()]);
    expect(early).toMatchObject({ code: 1, stdout: expect.stringContaining('REPAIR_UNTIL_TOO_EARLY') });
    const none = rdbkit(['repair', '--until', '2020-01-01', shop.file(SELECT + set('a')), '-o', shop.fresh()]);
    expect(none).toMatchObject({ code: 1, stdout: expect.stringContaining('REPAIR_NO_TIMESTAMPS') });
  });

  it('cannot tell about what is newer than it knows: exit 3', () => {
    expect(rdbkit(['repair', shop.file('\x28\xb5\x2f\xfd....'), '-o', shop.fresh()]).code).toBe(3);
  });

  it.each<[string, () => string[]]>([
    ['no output', () => [shop.file(LOG)]],
    ['an output that exists', () => [shop.file(LOG), '-o', shop.file('mine')]],
    ['no such input', () => [shop.fresh(), '-o', shop.fresh()]],
    ['an RDB', () => [shop.file(SOUND, 'dump.rdb'), '-o', shop.fresh()]],
    ['two inputs', () => [shop.file(LOG), shop.file(LOG), '-o', shop.fresh()]],
    ['a time that is none', () => ['--until', 'yesterday', shop.file(LOG), '-o', shop.fresh()]],
    ['a day that is none', () => ['--until', '2023-02-31T25:00:00Z', shop.file(LOG), '-o', shop.fresh()]],
    ['an output in a directory that is not there', () => [shop.file(LOG), '-o', join(shop.fresh(), 'x')]],
  ])('%s: exit 2, nothing on standard output', (_, args) => {
    const ran = rdbkit(['repair', ...args()]);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).not.toMatch(/^$|unexpected error/);
  });
});

describe('rdbkit repair --json', () => {
  it('of a set that was cut', () => {
    const directory = shop.set({ 'a.1.base.rdb': rdbHead(), 'a.1.incr.aof': `${LOG}${cmd('DEL', 'a')}*3` });
    const output = shop.fresh();
    const { code, stdout } = rdbkit(['repair', '--json', directory, '-o', output]);
    expect(code).toBe(0);
    const document = JSON.parse(stdout) as Record<string, unknown>;
    expect(document).toMatchObject({
      schema: 1,
      ok: true,
      complete: true,
      limited: false,
      input: directory,
      output,
      kind: 'aof-set',
      gzip: false,
      changed: true,
      untilMs: null,
      cut: {
        reason: 'tail',
        code: 'AOF_TRUNCATED_TAIL',
        path: join(directory, 'a.1.incr.aof'),
        bytes: 2,
        commands: 0,
        unreadBytes: 2,
        droppedParts: 0,
        fromMs: (T + 5) * 1000,
      },
      kept: { commands: 4, lastTimestampMs: (T + 5) * 1000 },
      parts: [
        { role: 'base', name: 'a.1.base.rdb', seq: 1, rdbBytes: rdbHead().length, keptBytes: rdbHead().length },
        { role: 'incr', seq: 1, commands: 4, keptCommands: 4, dropped: false, firstTimestampMs: T * 1000 },
      ],
      refusals: [],
      findings: [{ code: 'AOF_TRUNCATED_TAIL', severity: 'error', message: expect.any(String) }],
    });
    expect(readdirSync(output).sort()).toEqual(['a.1.base.rdb', 'a.1.incr.aof', 'a.manifest']);
  });

  it('of a point in time, and of a refusal', () => {
    const until = rdbkit(['repair', '--json', '--until', String(T), shop.file(LOG), '-o', shop.fresh()]);
    expect(JSON.parse(until.stdout)).toMatchObject({
      ok: true,
      limited: true,
      untilMs: T * 1000,
      cut: { reason: 'until' },
    });
    const refused = rdbkit(['repair', '--json', shop.file(`${LOG}x\n${LOG}`), '-o', shop.fresh()]);
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stdout)).toMatchObject({
      ok: false,
      complete: false,
      output: null,
      refusals: [{ code: 'AOF_TEXT', remedy: 'truncate-at-damage', unknown: false }],
    });
  });
});

describe('an end in the middle', () => {
  const BYTES = 768 * 1024 * 1024;
  /** Two files, one of them large; its holes cost nothing. */
  function large(): string {
    const directory = shop.set({ 'a.1.base.aof': LOG, 'a.1.incr.aof': '' });
    const path = join(directory, 'a.1.incr.aof');
    writeFileSync(path, `*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$${BYTES}\r\n`);
    truncateSync(path, statSync(path).size + BYTES + 2);
    return directory;
  }
  const input = large();
  const before = readdirSync(input).map(
    (name) => fingerprint(join(input, 'a.1.base.aof')) + statSync(join(input, name)).mtimeMs,
  );

  it.each([
    ['SIGINT', 130, null, false],
    ['SIGTERM', 143, null, false],
    ['SIGHUP', 129, null, false],
    ['SIGKILL', null, 'SIGKILL', true],
  ] as const)(
    '%s leaves the input as it is, and nothing under the name of the output',
    async (signal, code, by, leaves) => {
      const folder = shop.fresh();
      mkdirSync(folder);
      const output = join(folder, 'copy');
      const child = spawn(process.execPath, [BIN, 'repair', '--truncate-at-damage', input, '-o', output], {
        env: ENVIRONMENT,
      });
      const ended = once(child, 'close');
      const begun = () => readdirSync(folder).some((name) => existsSync(join(folder, name, 'a.1.incr.aof')));
      while (!begun() && child.exitCode === null) await setImmediate();
      child.kill(signal);
      expect(await ended).toEqual([code, by]);
      expect(existsSync(output)).toBe(false);
      const left = readdirSync(folder);
      if (leaves) expect(left).toEqual([expect.stringMatching(/^\.rdbkit-repair-unfinished-.*\.tmp$/)]);
      else expect(left).toEqual([]);
      const after = readdirSync(input).map(
        (name) => fingerprint(join(input, 'a.1.base.aof')) + statSync(join(input, name)).mtimeMs,
      );
      expect(after).toEqual(before);
    },
  );
});
