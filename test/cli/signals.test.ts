import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { len, listValue } from '../helpers/rdb-builder.js';
import { Directory, redis72, SOUND } from './files.js';
import { BIN, bash, ENVIRONMENT } from './run.js';

const directory = new Directory();

describe('a reader that goes away', () => {
  const many = redis72().selectDb(0).resizeDb(100, 0);
  for (let i = 0; i < 100; i++) many.key(`${'key'.repeat(300)}${i}`, listValue([]));
  const path = directory.write('many.rdb', many.finish());

  // More than a pipe holds, so that the program is still writing when its reader ends.
  it.each([
    ['a document', `verify --json ${`"${path}" `.repeat(4)}`],
    ['text', `verify ${`"${path}" `.repeat(200)}`],
  ])('ends it quietly: %s', (_, args) => {
    const { code, stderr } = bash(`set -o pipefail; $rdbkit ${args} | head -c 1 >/dev/null`);
    expect({ code, stderr }).toEqual({ code: 141, stderr: '' });
  });
});

describe('an interrupt', () => {
  const sound = directory.write('sound.rdb', SOUND);

  it.each([
    ['one file after the other', [sound, '-']],
    ['files on threads', ['--jobs', '2', sound, '-']],
  ])('ends a verify that waits for its input, with 130: %s', async (_, inputs) => {
    const tmp = directory.join(`tmp${inputs.length}`);
    mkdirSync(tmp);
    const child = spawn(process.execPath, [BIN, 'verify', '--tmp-dir', tmp, ...inputs], { env: ENVIRONMENT });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += String(chunk)));
    // A program that does not wait goes away with the pipe; its exit code tells.
    child.stdin.on('error', () => undefined);
    // Half of a value that is larger than any buffer between the two: once it is taken, the program is at work.
    const half = 4 * 1024 * 1024;
    const head = redis72()
      .selectDb(0)
      .bytes(Buffer.of(0, 1, 0x6b), len(2 * half))
      .unfinished();
    await new Promise((resolve) => child.stdin.write(Buffer.concat([head, Buffer.alloc(half)]), resolve));
    child.kill('SIGINT');
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    expect({ code, signal, output }).toEqual({ code: 130, signal: null, output: '' });
    expect(readdirSync(tmp)).toEqual([]);
  });
});
