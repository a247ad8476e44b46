import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Directory, SOUND } from './files.js';
import { ROOT, rdbkit } from './run.js';

const directory = new Directory();
const sound = directory.write('sound.rdb', SOUND);
const COMMANDS = ['verify', 'repair', 'explain', 'completion'];

describe('help', () => {
  it.each(['--help', '-h', 'help'])('rdbkit %s fits one screen', (flag) => {
    const { code, stdout, stderr } = rdbkit([flag]);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    const lines = stdout.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(24);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    for (const command of COMMANDS) expect(stdout).toContain(`  ${command} `);
  });

  it('rdbkit verify --help has examples, every option and the exit codes', () => {
    const { code, stdout, stderr } = rdbkit(['verify', '--help']);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    const examples = stdout.slice(stdout.indexOf('Examples:')).match(/^ +rdbkit verify |\| rdbkit verify /gm);
    expect(examples?.length).toBeGreaterThanOrEqual(2);
    const { stdout: script } = rdbkit(['completion', 'bash']);
    const words = /verify\) words="([^"]*)"/.exec(script)?.[1].split(' ') ?? [];
    expect(words.length).toBeGreaterThan(20);
    for (const option of words) expect(stdout).toContain(option);
    expect(stdout).toMatch(/exit/i);
  });

  it('rdbkit repair --help has examples, every option and the exit codes', () => {
    const { stdout } = rdbkit(['repair', '--help']);
    expect(stdout.slice(stdout.indexOf('Examples:')).match(/^ +rdbkit repair /gm)?.length).toBeGreaterThanOrEqual(2);
    const words = /repair\) words="([^"]*)"/.exec(rdbkit(['completion', 'bash']).stdout)?.[1].split(' ') ?? [];
    expect(words).toContain('--truncate-at-damage');
    for (const option of words) expect(stdout).toContain(option);
    expect(stdout).toMatch(/exit status/i);
  });

  it.each(COMMANDS)('rdbkit help %s is the same as its --help', (command) => {
    expect(rdbkit(['help', command])).toEqual(rdbkit([command, '--help']));
  });
});

describe('version', () => {
  it.each(['--version', '-V'])('%s', (flag) => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(rdbkit([flag])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});

describe('what is mistyped', () => {
  it.each([
    ['--jsn', '--json'],
    ['--quite', '--quiet'],
    ['--levle', '--level'],
  ])('%s is answered with %s', (typed, meant) => {
    const ran = rdbkit(['verify', typed, sound]);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(typed);
    expect(ran.stderr).toContain(meant);
  });

  it('a command is answered with the near one', () => {
    const ran = rdbkit(['verfy', sound]);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain('verify');
  });

  it.each([
    ['a command that is like none', ['frobnicate']],
    ['no command', []],
    ['no input', ['verify']],
    ['a level that is none', ['verify', '--level', 'deep', sound]],
    ['jobs that are no number', ['verify', '--jobs', 'many', sound]],
    ['no jobs', ['verify', '--jobs', '0', sound]],
    ['half a job', ['verify', '--jobs', '1.5', sound]],
    ['a size that is none', ['verify', '--max-memory', 'lots', sound]],
    ['a form of bytes that is none', ['verify', '--bytes', 'hex', sound]],
    ['a severity that is none', ['verify', '--fail-on', 'doubt', sound]],
    ['one of several that is none', ['verify', '--fail-on', 'warning,doubt', sound]],
    ['an age without a unit', ['verify', '--max-age', '24', sound]],
    ['half a key', ['verify', '--min-keys', '0.5', sound]],
    ['a producer that is none', ['verify', '--expect-producer', 'keydb', sound]],
    ['no server', ['verify', '--for', '', sound]],
    ['perhaps a cluster', ['verify', '--cluster', 'perhaps', sound]],
    ['a skew without shards', ['verify', '--max-skew', '10m', sound]],
    ['an option without its value', ['verify', sound, '--level']],
    ['nothing to explain', ['explain']],
    ['no shell', ['completion']],
  ])('%s: exit 2, nothing on standard output', (_, args) => {
    const ran = rdbkit(args);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).not.toBe('');
    // A message, not a crash.
    expect(ran.stderr).not.toMatch(/\n {4}at /);
  });

  it('an option with several values does not swallow the input', () => {
    expect(rdbkit(['verify', '--level', 'checksum', sound]).code).toBe(0);
    expect(rdbkit(['verify', '--jobs=2', '--', sound]).code).toBe(0);
    expect(rdbkit(['verify', '--fail-on', 'warning', '--fail-on', 'partly,unknown', sound]).code).toBe(0);
  });
});
