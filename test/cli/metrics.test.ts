import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { describe, expect, it } from 'vitest';
import { metric, samplesOf } from '../helpers/exposition.js';
import { Directory, SOUND, WRONG_CHECKSUM } from './files.js';
import { documentOf } from './json.js';
import { bash, rdbkit } from './run.js';

const directory = new Directory();
const sound = directory.write('sound.rdb', SOUND);
const wrong = directory.write('wrong.rdb', WRONG_CHECKSUM);

/** A directory of its own, so that what is left over in it is seen. */
function folder(name: string): string {
  const path = directory.join(name);
  mkdirSync(path);
  return path;
}

describe('--metrics FILE', () => {
  it('is written beside the report', () => {
    const target = `${folder('sound')}/rdbkit.prom`;
    const before = Date.now() / 1000;
    const ran = rdbkit(['verify', '--json', '--metrics', target, sound, wrong]);
    expect(ran).toMatchObject({ code: 1, stderr: '' });
    expect(documentOf(ran).files).toHaveLength(2);
    const samples = samplesOf(readFileSync(target, 'utf8'));
    expect(metric(samples, 'ok', { path: sound })).toBe(1);
    expect(metric(samples, 'ok', { path: wrong })).toBe(0);
    expect(metric(samples, 'keys', { path: sound })).toBe(3);
    expect(metric(samples, 'findings', { path: wrong, code: 'RDB_CHECKSUM_MISMATCH', severity: 'error' })).toBe(1);
    expect(metric(samples, 'exit_status')).toBe(1);
    expect(metric(samples, 'last_run_timestamp_seconds')).toBeGreaterThanOrEqual(before - 1);
    expect(metric(samples, 'age_seconds', { path: sound })).toBeGreaterThan(3 * 3600);
  });

  it('changes neither output nor exit status', () => {
    const target = `${folder('same')}/rdbkit.prom`;
    for (const args of [[sound], ['--quiet', wrong], [directory.join('missing.rdb')]]) {
      expect(rdbkit(['verify', '--metrics', target, ...args])).toEqual(rdbkit(['verify', ...args]));
      expect(metric(samplesOf(readFileSync(target, 'utf8')), 'exit_status')).toBe(rdbkit(['verify', ...args]).code);
    }
  });

  it('replaces the last one, readable for others, and leaves nothing beside it', () => {
    const path = folder('replace');
    const target = `${path}/rdbkit.prom`;
    const { code } = bash(
      `umask 077; echo old > ${target}; chmod 600 ${target}; $rdbkit verify --metrics ${target} ${sound}`,
    );
    expect(code).toBe(0);
    expect(samplesOf(readFileSync(target, 'utf8')).size).toBeGreaterThan(10);
    expect(statSync(target).mode & 0o777).toBe(0o644);
    expect(readdirSync(path)).toEqual(['rdbkit.prom']);
  });

  it('is never seen half: the old file stays as it is', () => {
    const path = folder('hard-link');
    bash(
      `echo old > ${path}/old; ln ${path}/old ${path}/rdbkit.prom; $rdbkit verify --metrics ${path}/rdbkit.prom ${sound}`,
    );
    expect(readFileSync(`${path}/old`, 'utf8')).toBe('old\n');
    expect(readFileSync(`${path}/rdbkit.prom`, 'utf8')).not.toContain('old');
  });

  it('follows a link', () => {
    const path = folder('link');
    const target = directory.write('link/target.prom', 'old');
    symlinkSync(target, `${path}/rdbkit.prom`);
    expect(rdbkit(['verify', '--metrics', `${path}/rdbkit.prom`, sound]).code).toBe(0);
    expect(readlinkSync(`${path}/rdbkit.prom`)).toBe(target);
    expect(readFileSync(target, 'utf8')).toContain('rdbkit_verify_ok');
    expect(readdirSync(path).sort()).toEqual(['rdbkit.prom', 'target.prom']);
  });

  it('takes any name of a dump, and any name of its own', () => {
    const path = folder('names');
    const target = `${path}/${'m'.repeat(250)}`;
    const evil = directory.write('evil "}\n\\.rdb', SOUND);
    expect(rdbkit(['verify', '--metrics', target, evil]).code).toBe(0);
    expect(samplesOf(readFileSync(target, 'utf8')).get('rdbkit_verify_ok')).toEqual([
      { labels: { path: evil }, value: 1 },
    ]);
  });

  it('is not written when nothing was verified', () => {
    const target = `${folder('usage')}/rdbkit.prom`;
    expect(rdbkit(['verify', '--metrics', target, '--expect-version', 'newest', sound]).code).toBe(2);
    expect(existsSync(target)).toBe(false);
  });

  it('is written also when nobody reads the report', () => {
    const target = `${folder('pipe')}/rdbkit.prom`;
    bash(`$rdbkit verify --metrics ${target} ${sound} | true`);
    expect(metric(samplesOf(readFileSync(target, 'utf8')), 'ok')).toBe(1);
  });
});

describe('--metrics FILE that cannot be written: 2, and the report is printed all the same', () => {
  const file = directory.write('file', '');
  const fifo = directory.join('fifo');
  execFileSync('mkfifo', [fifo]);

  it.each([
    ['no such directory', directory.join('missing/rdbkit.prom')],
    ['a file for a directory', `${file}/rdbkit.prom`],
    ['a directory', directory.path],
    ['a device', '/dev/null'],
    ['a pipe', fifo],
    ['a name that is too long', directory.join('m'.repeat(300))],
  ])('%s', (_, target) => {
    const before = readdirSync(directory.path);
    const ran = rdbkit(['verify', '--metrics', target, sound]);
    expect(ran.code).toBe(2);
    expect(ran.stdout).toBe(rdbkit(['verify', sound]).stdout);
    expect(ran.stderr).toMatch(/^rdbkit: --metrics .+: .+\n$/);
    expect(ran.stderr).not.toContain('.tmp');
    expect(readdirSync(directory.path)).toEqual(before);
  });

  it.skipIf(process.getuid?.() === 0)('a directory that is not ours', () => {
    const path = folder('locked');
    chmodSync(path, 0o555);
    expect(rdbkit(['verify', '--metrics', `${path}/rdbkit.prom`, sound])).toMatchObject({ code: 2 });
  });

  it('a device stays one', () => {
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });
});
