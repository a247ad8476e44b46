// How a copy comes to be: whole under its name, or not at all.
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planRepair } from '../../src/repair/plan-repair.js';
import { outputTrouble, writeRepair } from '../../src/repair/write-repair.js';
import { contents, rdbHead, SELECT, set, Workshop } from './logs.js';

const shop = new Workshop();
const LOG = SELECT + set('a');
const FILES = { 'a.1.base.rdb': rdbHead(), 'a.1.incr.aof': `${LOG}*3` };

describe('the output', () => {
  it.each(['a file', 'a directory', 'a link that leads nowhere'])('that exists stays as it is: %s', async (what) => {
    const output = shop.fresh();
    if (what === 'a file') writeFileSync(output, 'mine');
    else if (what === 'a directory') mkdirSync(output);
    else symlinkSync('/nowhere', output);
    for (const input of [shop.file(LOG), shop.set(FILES)]) {
      await expect(writeRepair(await planRepair(input), output)).rejects.toThrow(/exists/);
    }
    if (what === 'a file') expect(contents(output)).toEqual({ '': 'mine' });
    expect(readdirSync(dirname(output))).toEqual(['it']);
  });

  it('does not lie inside the input, also by a link', async () => {
    const directory = shop.set(FILES);
    const link = shop.fresh('link');
    symlinkSync(directory, link);
    const before = readdirSync(directory);
    for (const output of [join(directory, 'new'), join(link, 'new'), join(directory, '..', 'appendonlydir', 'new')]) {
      expect(outputTrouble(output, directory)).toMatch(/inside/);
      for (const input of [directory, join(directory, 'a.manifest')]) {
        await expect(writeRepair(await planRepair(input), output)).rejects.toThrow(/inside/);
      }
    }
    const data = dirname(directory);
    await expect(writeRepair(await planRepair(data), join(data, 'new'))).rejects.toThrow(/inside/);
    expect(readdirSync(directory)).toEqual(before);
    expect(outputTrouble(`${directory}-repaired`, directory)).toBeUndefined();
  });

  it('needs a directory to lie in', async () => {
    const plan = await planRepair(shop.file(LOG));
    await expect(writeRepair(plan, join(shop.fresh(), 'new'))).rejects.toThrow(/no directory/);
  });

  it('has the rights of the input, as far as the umask lets', async () => {
    const input = shop.file(LOG);
    chmodSync(input, 0o600);
    const output = shop.fresh();
    await writeRepair(await planRepair(input), output);
    expect(statSync(output).mode & 0o777).toBe(0o600);
    const directory = shop.set(FILES);
    chmodSync(directory, 0o700);
    const copy = shop.fresh();
    await writeRepair(await planRepair(directory), copy);
    expect(statSync(copy).mode & 0o777).toBe(0o700);
  });
});

describe('nothing is left behind', () => {
  it('when the input changed since it was read', async () => {
    for (const [input, file] of [[shop.file(LOG)], [shop.set(FILES), 'a.1.incr.aof']]) {
      const plan = await planRepair(input);
      appendFileSync(file ? join(input, file) : input, set('b'));
      const output = shop.fresh();
      await expect(writeRepair(plan, output)).rejects.toThrow(/changed/);
      expect(readdirSync(dirname(output))).toEqual([]);
    }
  });

  it('when a part went away', async () => {
    const directory = shop.set(FILES);
    const plan = await planRepair(directory);
    const { rmSync } = await import('node:fs');
    rmSync(join(directory, 'a.1.incr.aof'));
    const output = shop.fresh();
    await expect(writeRepair(plan, output)).rejects.toThrow(/no such file/);
    expect(readdirSync(dirname(output))).toEqual([]);
  });

  it('when it was refused', async () => {
    const output = shop.fresh();
    const plan = await planRepair(shop.file(`${LOG}x\n${LOG}`));
    await expect(writeRepair(plan, output)).rejects.toThrow(/refused/);
    expect(existsSync(output)).toBe(false);
  });

  it('in the list of those who wait for the end of the process', async () => {
    const before = process.listenerCount('exit');
    for (let i = 0; i < 3; i++) await writeRepair(await planRepair(shop.file(LOG)), shop.fresh());
    expect(process.listenerCount('exit')).toBe(before);
  });
});

it('tells how far it is', async () => {
  const read: number[] = [];
  const written: number[] = [];
  const input = shop.set(FILES);
  const plan = await planRepair(input, { onProgress: (done, total) => read.push(done / (total ?? 1)) });
  await writeRepair(plan, shop.fresh(), { onProgress: (done, total) => written.push(done / total) });
  expect([read.at(-1), written.at(-1)]).toEqual([1, 1]);
});
