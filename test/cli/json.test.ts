import { describe, expect, it } from 'vitest';
import { crc64 } from '../helpers/crc64.js';
import { RdbBuilder, stringValue } from '../helpers/rdb-builder.js';
import { Directory, emptyList, MADE_AT, SOUND, someKeys, TRUNCATED, WRONG_CHECKSUM } from './files.js';
import { documentOf } from './json.js';
import { rdbkit } from './run.js';

const directory = new Directory();

describe('verify --json', () => {
  it('has every field that is promised, for a sound file', () => {
    const path = directory.write('sound.rdb', SOUND);
    const ran = rdbkit(['verify', '--json', path]);
    const sum = hex(crc64(SOUND.subarray(0, -8)));
    expect(documentOf(ran)).toMatchObject({
      schema: 1,
      ok: true,
      complete: true,
      findings: [],
      files: [
        {
          path,
          kind: 'rdb',
          ok: true,
          complete: true,
          bytes: SOUND.length,
          lineage: 'redis',
          rdbVersion: 11,
          producer: { name: 'redis', version: '7.2.5' },
          createdAtMs: MADE_AT * 1000,
          aux: { 'redis-ver': '7.2.5', 'redis-bits': '64', ctime: String(MADE_AT), 'used-mem': '1048576' },
          checksum: { status: 'ok', stored: sum, computed: sum },
          databases: [
            { db: 0, keys: 2, expires: 1 },
            { db: 3, keys: 1, expires: 0 },
          ],
          keys: 3,
          functions: 0,
          findings: [],
        },
      ],
    });
  });

  it('names Valkey and its lineage', () => {
    const path = directory.write('valkey.rdb', valkeyFile());
    expect(documentOf(rdbkit(['verify', '--json', path])).files[0]).toMatchObject({
      lineage: 'valkey',
      rdbVersion: 80,
      producer: { name: 'valkey', version: '9.1.2' },
    });
  });

  it('has every field of a finding', () => {
    const path = directory.write('wrong.rdb', WRONG_CHECKSUM);
    const sum = crc64(SOUND.subarray(0, -8));
    expect(documentOf(rdbkit(['verify', '--json', path]))).toMatchObject({
      ok: false,
      complete: true,
      files: [
        {
          ok: false,
          complete: true,
          checksum: { status: 'mismatch', stored: hex(sum ^ 1n), computed: hex(sum) },
          findings: [
            {
              code: 'RDB_CHECKSUM_MISMATCH',
              severity: 'error',
              offset: WRONG_CHECKSUM.length - 8,
              db: null,
              key: null,
              type: null,
              message: expect.stringMatching(/./),
            },
          ],
        },
      ],
    });
  });

  it('names database, key and type of a finding that has them', () => {
    const path = directory.write('empty-list.rdb', emptyList('todo'));
    expect(documentOf(rdbkit(['verify', '--json', path])).files[0].findings).toMatchObject([
      { code: 'EMPTY_COLLECTION', severity: 'error', db: 0, key: 'todo', type: 'list', offset: expect.any(Number) },
    ]);
  });

  it('says of a truncated file what was counted, and that it is not whole', () => {
    const path = directory.write('cut.rdb', TRUNCATED);
    expect(documentOf(rdbkit(['verify', '--json', path]))).toMatchObject({
      ok: false,
      complete: false,
      files: [{ ok: false, complete: false, checksum: { status: 'unread' }, findings: [{ code: 'RDB_TRUNCATED' }] }],
    });
  });

  it.each([
    ['disabled', someKeys().finish('zero')],
    ['absent', someKeys(4).finish('none')],
  ])('checksum status %s', (status, bytes) => {
    const path = directory.write(`${status}.rdb`, bytes);
    expect(documentOf(rdbkit(['verify', '--json', path])).files[0].checksum.status).toBe(status);
  });

  it('is one document also when nothing could be read', () => {
    const ran = rdbkit(['verify', '--json', directory.join('missing.rdb')]);
    expect(documentOf(ran)).toMatchObject({ ok: false, complete: false, files: [{ ok: false, kind: null }] });
  });

  it('ends with one line feed, and without colours even where they are forced', () => {
    const path = directory.write('sound.rdb', SOUND);
    const { stdout } = rdbkit(['verify', '--json', path], { env: { FORCE_COLOR: '1' } });
    expect(stdout).toMatch(/^\{.*\}\n$/);
    expect(stdout).not.toContain('\x1b');
  });
});

describe('byte strings in JSON', () => {
  it.each([
    ['text', 'user:1', 'user:1'],
    ['UTF-8', 'prénom 名前 🔑', 'prénom 名前 🔑'],
    ['other bytes', Buffer.of(0x61, 0xff, 0x00, 0xc3), 'a\\xff\0\\xc3'],
    ['a cut UTF-8 sequence', Buffer.of(0xe2, 0x82), '\\xe2\\x82'],
    ['UTF-8 that is too long for its character', Buffer.of(0xc0, 0xaf), '\\xc0\\xaf'],
    ['a surrogate', Buffer.of(0xed, 0xa0, 0x80), '\\xed\\xa0\\x80'],
    ['text that looks like an escape', '\\x41', '\\x5cx41'],
    ['two backslashes before an x', '\\\\x41', '\\\\x5cx41'],
    ['a backslash before something else', 'C:\\temp', 'C:\\temp'],
    ['a backslash at the end', 'a\\', 'a\\'],
    ['an escape beside other bytes', Buffer.from('\\x41\xff', 'latin1'), '\\x5cx41\\xff'],
    ['control characters', '\x1b[31m\n', '\x1b[31m\n'],
    ['a byte order mark', '\ufeffkey', '\ufeffkey'],
    ['nothing', '', ''],
  ])('%s', (name, key, text) => {
    const path = directory.write(`key-${name.replaceAll(/\W/g, '-')}.rdb`, emptyList(key));
    expect(documentOf(rdbkit(['verify', '--json', path])).files[0].findings).toMatchObject([{ key: text }]);
    const base64 = documentOf(rdbkit(['verify', '--json', '--bytes', 'base64', path])).files[0].findings;
    expect(base64).toMatchObject([{ key: Buffer.from(key).toString('base64') }]);
  });
});

function hex(sum: bigint): string {
  return sum.toString(16).padStart(16, '0');
}

function valkeyFile(): Buffer {
  return new RdbBuilder(80, 'VALKEY')
    .aux('valkey-ver', '9.1.2')
    .selectDb(0)
    .resizeDb(1, 0)
    .key('k', stringValue('v'))
    .finish();
}
