import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FIXTURES, lines } from '../helpers/corpus.js';
import { hashValue, listValue, preGaHashMetadataValue, stringValue } from '../helpers/rdb-builder.js';
import { Directory, MADE_AT, redis72, SOUND, TRUNCATED } from './files.js';
import { bash, rdbkit } from './run.js';

const dir = new Directory();
const sound = dir.write('sound.rdb', SOUND);

describe('rdbkit get', () => {
  it('shows a value with its type, expiry and size', () => {
    const { code, stdout, stderr } = rdbkit(['get', sound, 'session']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^session {2}\(db 0\)\n {2}type +string, embstr, 1 byte\n {2}expires +2033-05-18 03:33:20 UTC, /,
    );
    expect(stdout).toMatch(/\n\n {2}v\n\n {2}20 B in the file\n$/);
  });

  it('shows elements, and how many more there are', () => {
    const items = Array.from({ length: 150 }, (_, i) => `item ${i}`);
    const path = dir.write('list.rdb', redis72().selectDb(0).key('l', listValue(items)).finish());
    const { stdout } = rdbkit(['get', path, 'l']);
    expect(stdout).toContain('\n    99  item 99\n  … 50 more (--full shows all)\n');
    expect(stdout).toMatch(/150 items, .* in the file/);
    expect(rdbkit(['get', '--full', path, 'l']).stdout).toContain('\n   149  item 149\n\n');
  });

  it('cuts long strings between characters', () => {
    const value = stringValue('ä'.repeat(10_000));
    const path = dir.write(
      'long.rdb',
      redis72()
        .selectDb(0)
        .key('s', value)
        .key('h', hashValue([['f', 'ä'.repeat(1000)]]))
        .finish(),
    );
    expect(rdbkit(['get', path, 's']).stdout).toContain(`  ${'ä'.repeat(2048)}… 16 KiB more (--full`);
    expect(rdbkit(['get', path, 'h']).stdout).toContain(`  f = ${'ä'.repeat(128)}… 1.7 KiB more\n`);
    expect(rdbkit(['get', '--full', path, 's']).stdout).toContain(`  ${'ä'.repeat(10_000)}\n`);
  });

  it('gives one JSON document', () => {
    const { stdout } = rdbkit(['get', '--json', sound, 'session']);
    expect(JSON.parse(stdout)).toEqual({
      ...{ schema: 1, found: true, db: 0, key: 'session', type: 'string', encoding: 'embstr' },
      ...{ expireAtMs: 2_000_000_000_000, value: 'v', complete: true, limited: true },
    });
  });

  it('takes names that are no text', () => {
    const path = dir.write(
      'binary.rdb',
      redis72()
        .selectDb(0)
        .key(Buffer.from([0xff, 0x41]), stringValue('v'))
        .finish(),
    );
    expect(rdbkit(['get', '--raw', path, '\\xffA']).stdout).toBe('v');
    expect(rdbkit(['get', '--raw', '--key-base64', path, '/0E=']).stdout).toBe('v');
    expect(rdbkit(['get', '--key-base64', path, '?']).stderr).toMatch(/KEY is no base64/);
    const json = JSON.parse(rdbkit(['get', '--json', '--bytes', 'base64', path, '\\xffA']).stdout);
    expect(json).toMatchObject({ bytes: 'base64', key: '/0E=', value: 'dg==' });
  });

  it('writes the bytes of a string as they are', () => {
    const bytes = Buffer.alloc(5_000_000, 'some text, and more; ');
    const path = dir.write('raw.rdb', redis72().selectDb(0).key('big', stringValue(bytes, 'lzf')).finish());
    const { stdout } = bash(`$rdbkit get --raw ${path} big | sha256sum`);
    expect(stdout.slice(0, 64)).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(rdbkit(['get', '--raw', sound, 'tags'])).toMatchObject({ code: 2, stdout: '' });
  });

  it('looks into the database that is asked for', () => {
    expect(rdbkit(['get', '--raw', '--db', '3', sound, 'name']).stdout).toBe('Ada');
    expect(rdbkit(['get', '--db', '0', sound, 'name'])).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('rdbkit get of each type', () => {
  const fixture = join(FIXTURES, 'redis-8.0', 'all-types.rdb');
  const truth = lines(join(FIXTURES, 'redis-8.0', 'all-types.truth.jsonl')) as { key: string; type: string }[];
  const types = [...new Set(truth.map(({ type }) => type))];

  it.each(types)('%s', (type) => {
    const [{ key }] = truth.filter((line) => line.type === type);
    const { code, stdout } = rdbkit(['get', '--key-base64', fixture, key]);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`\\n  type +${type}`));
    expect(rdbkit(['get', '--json', '--key-base64', fixture, key]).code).toBe(0);
  });

  it('stream groups with consumers and what they have', () => {
    const { stdout } = rdbkit(['get', fixture, 'stream:groups']);
    expect(stdout).toMatch(/\n {2}group "workers": last id 1009-0, 9 entries read\n/);
    expect(stdout).toMatch(/\n {4}consumer ".*": seen .* UTC, active .* UTC\n {6}1008-0 {2}pending, delivered 1 time/);
  });

  it('fields that expire', () => {
    const fields = [
      { field: 'f', value: 'v', expireAtMs: (MADE_AT + 3 * 86_400) * 1000 },
      { field: 'g', value: 'w', expireAtMs: 0 },
    ];
    const bytes = redis72(12).selectDb(0).key('h', preGaHashMetadataValue(fields));
    const path = dir.write('fields.rdb', bytes.finish());
    expect(rdbkit(['get', path, 'h']).stdout).toMatch(
      /\n {2}f = v {2}\(expires 20.* UTC, 3 d after the file was made\)\n {2}g = w\n/,
    );
    const { value, fieldExpireAtMs } = JSON.parse(rdbkit(['get', '--json', path, 'h']).stdout);
    expect({ value, fieldExpireAtMs }).toEqual({
      ...{ value: { f: 'v', g: 'w' }, fieldExpireAtMs: { f: fields[0].expireAtMs } },
    });
  });
});

describe('rdbkit get says what it cannot tell', () => {
  it('that there is no such key', () => {
    expect(rdbkit(['get', sound, 'no\u001bne'])).toEqual({
      ...{ code: 1, stdout: '', stderr: `rdbkit: ${sound}: there is no key "no\\x1bne"\n` },
    });
    expect(JSON.parse(rdbkit(['get', '--json', sound, 'none']).stdout)).toEqual({
      schema: 1,
      found: false,
      complete: true,
      limited: false,
    });
  });

  it('that the search did not see everything', () => {
    const path = dir.write('cut.rdb', TRUNCATED);
    const { code, stdout, stderr } = rdbkit(['get', '--json', path, 'none']);
    expect({ code, json: JSON.parse(stdout) }).toEqual({
      code: 1,
      json: { schema: 1, found: false, complete: false, limited: false },
    });
    expect(stderr).toMatch(/the search is not whole.*\n.*what could be read holds no key "none"/);
  });

  it('that the value ends early', () => {
    const items = Array.from({ length: 100 }, (_, i) => `item ${i}`);
    const bytes = redis72().selectDb(0).key('l', listValue(items)).unfinished();
    for (let end = bytes.length - 1; end > bytes.length - 20; end--) {
      const path = dir.write('early.rdb', bytes.subarray(0, end));
      const { code, stdout, stderr } = rdbkit(['get', '--json', path, 'l']);
      const json = JSON.parse(stdout);
      expect({ code, complete: json.complete, first: json.value[0] }).toEqual({
        code: 1,
        complete: false,
        first: 'item 0',
      });
      expect(stderr).toMatch(/RDB_TRUNCATED at .*, in the key "l": .*\n.*the value is not whole/);
    }
  });

  it('that commands follow which may change it', () => {
    const preamble = redis72().aux('aof-preamble', '1').selectDb(0).key('session', stringValue('v')).finish();
    const stdin = Buffer.concat([preamble, Buffer.from('*1\r\n$4\r\nPING\r\n')]);
    for (const path of ['-', dir.write('hybrid.aof', stdin)]) {
      const { code, stdout, stderr } = rdbkit(['get', path, 'session'], { stdin, env: { PATH: '' } });
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
      expect(stderr).toMatch(/only a server can tell/);
    }
  });

  it('how long before the file was made a key had expired', () => {
    const bytes = redis72()
      .selectDb(0)
      .expireMs((MADE_AT - 7200) * 1000)
      .key('old', stringValue('v'));
    const { stdout } = rdbkit(['get', dir.write('old.rdb', bytes.finish()), 'old']);
    expect(stdout).toContain(' UTC: it had expired 2 h before the file was made\n');
  });
});

it('every string of a real file comes out as it is', () => {
  const rdb = join(FIXTURES, 'redis-7.0', 'all-types.rdb');
  const truth = lines(join(FIXTURES, 'redis-7.0', 'all-types.truth.jsonl')) as {
    key: string;
    type: string;
    value: unknown;
  }[];
  const strings = truth.filter(({ type, value }) => type === 'string' && typeof value === 'string').slice(0, 12);
  expect(strings.length).toBe(12);
  for (const { key, value } of strings) {
    const { stdout } = bash(`$rdbkit get --raw --key-base64 ${rdb} '${key}' | base64 -w0`);
    expect(stdout).toBe(value);
  }
});
