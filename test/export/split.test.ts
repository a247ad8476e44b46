// Keys parted into several files are together those of one file.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../src/backup/dataset.js';
import { KeyExport, type KeyFormat } from '../../src/export/export-keys.js';
import type { Split } from '../../src/export/rdb/options.js';
import { Splitter } from '../../src/export/rdb/split-names.js';
import { RespFormat } from '../../src/export/resp/resp-format.js';
import { SplitKeys } from '../../src/export/split/split-keys.js';
import { CsvFormat } from '../../src/export/text/csv-format.js';
import { jsonDocument, jsonLines } from '../../src/export/text/json-format.js';
import { releaseNamed } from '../../src/servers/releases.js';
import { Directory } from '../cli/files.js';
import { FIXTURES } from '../helpers/corpus.js';
import { RdbBuilder, stringValue } from '../helpers/rdb-builder.js';
import { commandsIn } from './commands-in.js';
import { exported } from './exported.js';

const directory = new Directory();
const FILES = ['dump.rdb', 'redis-7.0/all-types.rdb'].map((name) => join(FIXTURES, name));
let folders = 0;

/** What stands in each file, by name. */
async function splitInto(paths: readonly string[], format: KeyFormat, split: Split): Promise<Map<string, Buffer>> {
  const into = directory.join(`split-${folders++}`);
  mkdirSync(into);
  const files = new SplitKeys(join(into, 'out.x'), new Splitter(split), () => undefined);
  const all = new KeyExport(format, files, { filter: {}, now: 'file', clockMs: Date.now() });
  for (const path of paths) {
    const dataset = await openDataset(path);
    await all.add(dataset);
    await dataset.close();
  }
  await all.finish();
  expect(readdirSync(into).filter((name) => !name.startsWith('.'))).toEqual([]);
  await files.commit();
  const names = readdirSync(into).sort();
  expect(files.paths).toEqual(names.map((name) => join(into, name)));
  return new Map(names.map((name) => [name, readFileSync(join(into, name))]));
}

/** Each command with the database that it is for. */
function placed(bytes: Buffer): string[] {
  let db = 'none';
  const commands: string[] = [];
  for (const command of commandsIn(bytes)) {
    if (command[0] === 'SELECT') db = command[1];
    // Every file has these.
    else if (command[0] !== 'FUNCTION') commands.push(JSON.stringify([db, ...command]));
  }
  return commands;
}

/** What one output holds, without what every file has. */
const FORMATS: readonly { name: string; format: () => KeyFormat; parts: (bytes: Buffer) => string[] }[] = [
  { name: 'jsonl', format: () => jsonLines('text'), parts: (bytes) => bytes.toString().split('\n').slice(0, -1) },
  {
    name: 'json',
    format: () => jsonDocument('base64'),
    parts: (bytes) => {
      const { keys, ...rest } = JSON.parse(bytes.toString());
      expect(rest).toEqual({ schema: 1, bytes: 'base64', complete: true });
      return keys.map((key: unknown) => JSON.stringify(key));
    },
  },
  {
    name: 'csv',
    format: () => new CsvFormat('text'),
    parts: (bytes) => {
      const [header, ...rows] = bytes.toString().split('\r\n').slice(0, -1);
      expect(header).toMatch(/^db,key,/);
      return rows;
    },
  },
  { name: 'resp', format: () => new RespFormat(releaseNamed('redis-7.0'), 0), parts: placed },
];

describe.each(FORMATS)('$name', ({ format, parts }) => {
  it.each<[Split, RegExp]>([
    [3, /^out-slots-\d+-\d+\.x$/],
    ['slot', /^out-slot-\d+\.x$/],
    ['db', /^out-db-\d+\.x$/],
    ['prefix', /^out-(no-)?prefix.*\.x$/],
  ])('by %s', async (split, names) => {
    const files = await splitInto(FILES, format(), split);
    const whole = parts((await exported(FILES, format())).bytes);
    for (const name of files.keys()) expect(name).toMatch(names);
    expect(files.size).toBeGreaterThan(1);
    const together = [...files.values()].flatMap(parts);
    expect(together.sort()).toEqual(whole.sort());
  });
});

it('each key is in the file of its database', async () => {
  for (const [name, bytes] of await splitInto(FILES, jsonLines('text'), 'db')) {
    for (const line of bytes.toString().split('\n').slice(0, -1)) expect(name).toBe(`out-db-${JSON.parse(line).db}.x`);
  }
});

it('functions are in every file, those that are made later included', async () => {
  const library = '#!lua name=l\nredis.register_function("f", function() return 1 end)';
  const builder = new RdbBuilder(10).functionLibrary(library);
  for (const name of ['a:1', 'b:1', 'a:2']) builder.key(name, stringValue('v'));
  const path = directory.write('functions.rdb', builder.finish());
  const files = await splitInto([path], new RespFormat(undefined, 0), 'prefix');
  expect([...files.keys()]).toEqual(['out-prefix-a.x', 'out-prefix-b.x']);
  for (const bytes of files.values()) {
    expect(commandsIn(bytes).slice(0, 2)).toEqual([
      ['FUNCTION', 'LOAD', 'REPLACE', library],
      ['SELECT', '0'],
    ]);
  }
});

it('files of slots are there even without keys, and can be read', async () => {
  const path = directory.write('empty.rdb', new RdbBuilder(10).finish());
  const files = await splitInto([path], jsonDocument('text'), 2);
  expect([...files.keys()]).toEqual(['out-slots-0-8191.x', 'out-slots-8192-16383.x']);
  for (const bytes of files.values()) expect(JSON.parse(bytes.toString())).toMatchObject({ keys: [], complete: true });
});

it('names of prefixes stay in the directory', async () => {
  const builder = new RdbBuilder(10);
  for (const name of ['../../etc:x', '/:x', 'A:1', 'a:1', ':x', '\0\xff:x']) builder.key(name, stringValue('v'));
  const path = directory.write('hostile.rdb', builder.finish());
  const files = await splitInto([path], jsonLines('text'), 'prefix');
  expect(files.size).toBe(6);
});

it('values larger than any buffer pass in pieces', async () => {
  const value = 'x'.repeat(40_000_000);
  const path = directory.write('large.rdb', new RdbBuilder(10).key('a:k', stringValue(value)).finish());
  const files = await splitInto([path], jsonLines('text'), 'prefix');
  expect(JSON.parse(files.get('out-prefix-a.x')?.toString() ?? '').value === value).toBe(true);
});
