import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { Directory, SOUND, WRONG_CHECKSUM } from './files.js';
import { BIN, ENVIRONMENT, has, rdbkit } from './run.js';

const directory = new Directory();
const sound = directory.write('sound.rdb', SOUND);
const wrong = directory.write('wrong.rdb', WRONG_CHECKSUM);
const COLOR = /\x1b\[\d+m/;

describe('colours where standard output is no terminal', () => {
  it('are left out', () => {
    expect(rdbkit(['verify', sound]).stdout).not.toMatch(COLOR);
    expect(rdbkit(['verify', wrong]).stdout).not.toMatch(COLOR);
  });

  it('FORCE_COLOR=1 brings them', () => {
    expect(rdbkit(['verify', sound], { env: { FORCE_COLOR: '1' } }).stdout).toMatch(COLOR);
  });

  it('FORCE_COLOR=0 does not', () => {
    expect(rdbkit(['verify', sound], { env: { FORCE_COLOR: '0' } }).stdout).not.toMatch(COLOR);
  });

  it.each([[['--no-color', 'verify', sound]], [['verify', '--no-color', sound]], [['verify', sound, '--no-color']]])(
    'rdbkit %j has none all the same',
    (args) => {
      const ran = rdbkit(args, { env: { FORCE_COLOR: '1' } });
      expect(ran.stdout).not.toMatch(COLOR);
      expect(ran.code).toBe(0);
    },
  );

  it('are the only difference', () => {
    const colored = rdbkit(['verify', wrong], { env: { FORCE_COLOR: '1' } }).stdout;
    expect(colored.replaceAll(/\x1b\[\d+m/g, '')).toBe(rdbkit(['verify', wrong]).stdout);
  });
});

// `script` of util-linux gives a program a terminal; others take their arguments otherwise.
const terminal = process.platform === 'linux' && has('script');

describe.skipIf(!terminal)('colours on a terminal (needs script of util-linux)', () => {
  it('are there', () => {
    const shown = onTerminal({});
    expect(shown).toMatch(COLOR);
    expect(shown).toContain('sound');
  });

  it('not with NO_COLOR', () => {
    expect(onTerminal({ NO_COLOR: '1' })).not.toMatch(COLOR);
  });

  it('an empty NO_COLOR says nothing', () => {
    expect(onTerminal({ NO_COLOR: '' })).toMatch(COLOR);
  });

  it('not with --no-color', () => {
    expect(onTerminal({}, '--no-color')).not.toMatch(COLOR);
  });

  it('not on a dumb one', () => {
    expect(onTerminal({ TERM: 'dumb' })).not.toMatch(COLOR);
  });
});

function onTerminal(env: Readonly<Record<string, string>>, ...flags: string[]): string {
  const command = [process.execPath, BIN, 'verify', ...flags, sound].map((word) => `'${word}'`).join(' ');
  const { stdout, status } = spawnSync('script', ['-qec', command, '/dev/null'], {
    encoding: 'utf8',
    env: { ...ENVIRONMENT, TERM: 'xterm-256color', ...env },
    input: '',
  });
  expect(status).toBe(0);
  return stdout;
}
