import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { Directory } from './files.js';
import { bash, has, rdbkit } from './run.js';

const directory = new Directory();
const SHELLS = ['bash', 'zsh', 'fish'] as const;

describe('completion', () => {
  it.each(SHELLS)('%s: a script that knows commands and options', (shell) => {
    const { code, stdout, stderr } = rdbkit(['completion', shell]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const word of ['verify', 'explain', 'completion', 'level', 'json', 'quiet']) expect(stdout).toContain(word);
  });

  // -n reads a script without running it.
  for (const shell of SHELLS) {
    it.skipIf(!has(shell))(`${shell}: ${shell} can read it`, () => {
      // From a file: fish does not read a script from a socket, which is what spawnSync gives.
      const script = directory.write(shell, rdbkit(['completion', shell]).stdout);
      const { status, stderr } = spawnSync(shell, ['-n', script], { encoding: 'utf8' });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    });
  }

  it.each([
    ['rdbkit ver', ['verify']],
    ['rdbkit verify --js', ['--json']],
    ['rdbkit verify --qui', ['--quiet']],
    ['rdbkit comp', ['completion']],
    ['rdbkit verify --max-', ['--max-age', '--max-keys', '--max-skew', '--max-memory']],
    ['rdbkit verify --fail-on pa', ['partly']],
    ['rdbkit verify --for valkey-9.1', ['valkey-9.1']],
    ['rdbkit verify --key-names ', ['full', 'hash', 'none']],
    ['rdbkit explain EXPECT_MAX', ['EXPECT_MAX_AGE', 'EXPECT_MAX_KEYS']],
  ])('bash completes %j', (line, expected) => {
    expect(completed(line)).toEqual(expected);
  });

  it('another shell: exit 2, and which there are', () => {
    const ran = rdbkit(['completion', 'tcsh']);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    for (const shell of SHELLS) expect(ran.stderr).toContain(shell);
  });
});

/** What bash offers at the end of `line`. */
function completed(line: string): string[] {
  const words = line.split(' ').map((word) => `'${word}'`);
  const { stdout } = bash(`
    source <($rdbkit completion bash)
    COMP_WORDS=(${words.join(' ')})
    COMP_CWORD=${words.length - 1}
    _rdbkit
    printf '%s\\n' "\${COMPREPLY[@]}"`);
  return stdout.trim().split('\n');
}
