import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { ROOT } from '../helpers/readme-examples.js';

it('every export has a comment, and every type that exports speak of is one', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/api-docs.js', '--check'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
}, 180_000);
