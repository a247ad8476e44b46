import { describe, expect, it } from 'vitest';
import { rdbkit } from './run.js';

describe('explain CODE', () => {
  it('tells what it means, which servers mind it, and what to do', () => {
    const { code, stdout, stderr } = rdbkit(['explain', 'RDB_CHECKSUM_MISMATCH']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('RDB_CHECKSUM_MISMATCH');
    expect(stdout).toMatch(/means/i);
    expect(stdout).toMatch(/servers/i);
    expect(stdout).toMatch(/what to do/i);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('takes small letters, too', () => {
    expect(rdbkit(['explain', 'rdb_truncated'])).toEqual(rdbkit(['explain', 'RDB_TRUNCATED']));
  });

  it('--json is one document', () => {
    const { code, stdout } = rdbkit(['explain', '--json', 'RDB_TRUNCATED']);
    expect(code).toBe(0);
    const text = expect.stringMatching(/\w/);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 1,
      code: 'RDB_TRUNCATED',
      severity: 'error',
      title: text,
      meaning: text,
      servers: text,
      advice: text,
    });
  });

  it.each([
    ['RDB_CHECKSUM_MISMATC', 'RDB_CHECKSUM_MISMATCH'],
    ['RDB_TRUNKATED', 'RDB_TRUNCATED'],
    ['checksum_mismatch', 'RDB_CHECKSUM_MISMATCH'],
  ])('%s is answered with %s', (typed, meant) => {
    const ran = rdbkit(['explain', typed]);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(meant);
  });

  it('what is like no code is answered with the list', () => {
    const ran = rdbkit(['explain', 'XYZ']);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain('explain list');
  });

  it('an unknown code cannot command the terminal', () => {
    expect(rdbkit(['explain', '\x1b[31m']).stderr).not.toContain('\x1b');
  });
});

describe('explain list', () => {
  const { code, stdout } = rdbkit(['explain', 'list']);
  const codes = stdout
    .split('\n')
    .flatMap((line) => /^([A-Z][A-Z0-9_]+) +(error|warning|info) +\S/.exec(line)?.[1] ?? []);

  it('names every code with its severity and a title, one a line', () => {
    expect(code).toBe(0);
    expect(codes.length).toBe(stdout.trimEnd().split('\n').length);
    expect(new Set(codes).size).toBe(codes.length);
    for (const known of ['RDB_CHECKSUM_MISMATCH', 'RDB_TRUNCATED', 'INPUT_EMPTY', 'STREAM_NACK_INVALID']) {
      expect(codes).toContain(known);
    }
  });

  it('--json has the same', () => {
    const document = JSON.parse(rdbkit(['explain', '--json', 'list']).stdout) as { findings: { code: string }[] };
    expect(document).toMatchObject({ schema: 1 });
    expect(document.findings.map((finding) => finding.code)).toEqual(codes);
  });
});
