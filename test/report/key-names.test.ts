import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { InlineChecksum } from '../../src/bytes/checksum/checksum.js';
import { Kernels } from '../../src/bytes/kernels/kernels.js';
import { Window } from '../../src/bytes/window.js';
import { explain } from '../../src/errors/explain.js';
import { FINDINGS } from '../../src/errors.js';
import { type FileReport, type Finding, hideKeyNames, type VerifyReport } from '../../src/index.js';
import { BytesRef } from '../../src/rdb/bytes-ref.js';
import { RdbParser } from '../../src/rdb/parser.js';
import { StreamId } from '../../src/rdb/stream-id.js';
import { RdbVisitor } from '../../src/rdb/visitor.js';
import { palette } from '../../src/report/palette.js';
import { verifyJson } from '../../src/report/verify-json.js';
import { verifyText } from '../../src/report/verify-text.js';
import { Findings } from '../../src/verify/findings.js';
import { verifyRdb } from '../../src/verify/rdb.js';
import { crc64, makeSeed, mutate, Random } from '../fuzz/lib/index.js';
import {
  blobValue,
  hashListpackExValue,
  hashValue,
  listpack,
  listValue,
  quicklist2Value,
  type RdbBuilder,
  setValue,
  streamNode,
  streamValue,
  stringValue,
  zset2Value,
} from '../helpers/rdb-builder.js';
import { head, NOW_MS } from '../verify/hand-made.js';
import { verifyBytes } from '../verify/verify-bytes.js';

const LIBRARY = "#!lua name=SECRETlib\nredis.register_function('SECRETf', function() return 'SECRET' end)";

/** Every name and every value of the dataset says SECRET. */
function secrets(builder: RdbBuilder): RdbBuilder {
  return builder
    .functionLibrary(LIBRARY)
    .selectDb(0)
    .key('SECRET:string', stringValue('SECRET value'))
    .key('SECRET:list', listValue(['SECRET item', 'SECRET other']))
    .key('SECRET:set', setValue(['SECRET member']))
    .key('SECRET:hash', hashValue([['SECRET field', 'SECRET value']]))
    .key('SECRET:zset', zset2Value([['SECRET member', 1]]))
    .key('SECRET:listpack', blobValue(16, listpack(['SECRET field', 'SECRET value'])))
    .key('SECRET:quicklist', quicklist2Value([{ container: 2, bytes: listpack(['SECRET item']) }]))
    .key('SECRET:expiring', hashListpackExValue(5, listpack(['SECRET field', 'SECRET value', 5])))
    .key(
      'SECRET:stream',
      streamValue(21, {
        nodes: [streamNode([{ id: [1000, 1], fields: [['SECRET field', 'SECRET value']] }])],
        length: 1,
        lastId: [1000, 1],
        firstId: [1000, 1],
        maxDeletedId: [0, 0],
        entriesAdded: 1,
        groups: [
          {
            name: 'SECRET group',
            lastId: [1000, 1],
            entriesRead: 1,
            pending: [{ id: [1000, 1], time: NOW_MS, count: 1 }],
            consumers: [{ name: 'SECRET consumer', seen: NOW_MS, active: NOW_MS, pending: [[1000, 1]] }],
          },
        ],
      }),
    );
}

/** Each of its findings names a key. */
const DAMAGED = head({ version: 12 })
  .selectDb(0)
  .key('user:1', listValue([]))
  .key('user:2', setValue(['m', 'm']))
  .key('user:1', setValue(['n', 'n']))
  .finish();

function reportOf(file: FileReport, findings: readonly Finding[] = []): VerifyReport {
  return { ok: file.ok, complete: file.complete, files: [file], findings, shards: null, leftOut: 0 };
}

function shown(report: VerifyReport): string {
  const options = { quiet: false, colors: palette({}, false, {}), nowMs: NOW_MS, width: 80, explain };
  return [verifyText(report, options), verifyJson(report, 'text'), verifyJson(report, 'base64')].join('\n');
}

function hash(name: string): string {
  return `sha256:${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
}

describe('names of keys', () => {
  it('become hashes, the same for the same name', async () => {
    const report = hideKeyNames(reportOf(await verifyBytes(DAMAGED)), 'hash');
    const keys = (
      JSON.parse(verifyJson(report, 'text')) as { files: { findings: { key: string | null }[] }[] }
    ).files[0].findings.map(({ key }) => key);
    expect(keys).toEqual(expect.arrayContaining([hash('user:1'), hash('user:2')]));
    expect(new Set(keys.filter((key) => key !== null)).size).toBe(2);
    const text = shown(report);
    expect(text).toContain(`list "${hash('user:1')}"`);
    expect(text).not.toContain('user:');
    // Base64 is for bytes; a hash is text.
    expect(verifyJson(report, 'base64')).toContain(`"${hash('user:1')}"`);
    expect(JSON.parse(verifyJson(report, 'text'))).toMatchObject({ keyNames: 'hash' });
  });

  it('go altogether; database and type stay', async () => {
    const report = hideKeyNames(reportOf(await verifyBytes(DAMAGED)), 'none');
    const [file] = report.files;
    expect(file.findings.length).toBeGreaterThan(2);
    for (const finding of file.findings) expect(finding.key).toBeNull();
    expect(file.findings).toContainEqual(expect.objectContaining({ code: 'EMPTY_COLLECTION', db: 0, type: 'list' }));
    const text = shown(report);
    expect(text).toMatch(/at 0x[0-9a-f]+ \(\d+\), db 0, list: the list holds nothing/);
    expect(text).not.toMatch(/user:|sha256:/);
    expect(JSON.parse(verifyJson(report, 'text'))).toMatchObject({ keyNames: 'none' });
  });

  it('stay where nobody asked, and in the report that was given', async () => {
    const report = reportOf(await verifyBytes(DAMAGED));
    const before = shown(report);
    hideKeyNames(report, 'hash');
    expect(shown(report)).toBe(before);
    expect(before).toContain('user:1');
    expect(JSON.parse(verifyJson(report, 'text'))).not.toHaveProperty('keyNames');
  });
});

describe('everything else', () => {
  it('of a sound file stays', async () => {
    const report = reportOf(await verifyBytes(head().selectDb(0).key('k', stringValue('v')).finish()));
    expect(hideKeyNames(report, 'none')).toEqual({ ...report, keyNames: 'none' });
  });

  it.each([
    ['the first bytes of what is no backup', Buffer.from('SECRET:1 SECRET:2')],
    ['a version', head({ writer: { name: 'redis', version: '7.2SECRET' } }).finish()],
    ['a time', head().aux('ctime', 'SECRET').finish()],
    ['a field that nobody knows', head().aux('SECRET', 'SECRET').finish()],
    ['a field that looks otherwise', head().aux('redis-bits', '64SECRET').finish()],
    ['a library of the old form', head().functionPreGa('SECRET', 'LUA', 'return 1').finish()],
    ['a library that does not compile', head().functionLibrary('#!lua name=a\nlocal SECRET = "SECRET').finish()],
    ['an engine', head({ version: 80 }).functionLibrary('#!SECRET name=a\n').finish()],
    [
      'libraries that register the same',
      head().functionLibrary(LIBRARY).functionLibrary(LIBRARY.replace('SECRETlib', 'b')).finish(),
    ],
  ])('%s is text of the file, and goes', async (_, bytes) => {
    const expected = { expect: { version: '>=99', producer: 'valkey', maxAgeMs: 1 } } as const;
    const report = reportOf(await verifyBytes(bytes, expected));
    expect(shown(report)).toContain('SECRET');
    for (const names of ['hash', 'none'] as const) expect(shown(hideKeyNames(report, names))).not.toContain('SECRET');
  });

  it('that a message quotes goes, whatever it holds', async () => {
    const file = await verifyBytes(DAMAGED);
    const message = (text: string, key: string | null = null) => {
      const finding = { ...file.findings[0], message: text, key: key === null ? null : Buffer.from(key) };
      return hideKeyNames(reportOf({ ...file, findings: [finding] }), 'none').files[0].findings[0].message;
    };
    expect(message('it holds "a "b" c" twice')).toBe('it holds "…" twice');
    expect(message("its word 'it''s' is ('odd')")).toBe("its word '…')");
    expect(message("the group's last id 5-1 is above the stream's 3-1")).toBe(
      "the group's last id 5-1 is above the stream's 3-1",
    );
    expect(message('the key user:1 stands twice', 'user:1')).toBe('the key … stands twice');
    expect(message('the list holds nothing', 'a')).toBe('the list holds nothing');
  });

  it('between the files, too', async () => {
    const file = await verifyBytes(head({ writer: { name: 'redis', version: 'SECRET' } }).finish());
    const message = 'written by redis SECRET (a.rdb) and redis 7.2.5 (b.rdb)';
    const place = { offset: null, db: null, key: null, type: null };
    const finding: Finding = { code: 'SHARDS_PRODUCER_DIFFERS', severity: 'warning', message, ...place };
    const report = { ...reportOf(file, [finding]), shards: { files: 2, skewMs: null, slots: null } };
    expect(shown(hideKeyNames(report, 'hash'))).not.toContain('SECRET');
  });
});

describe('whatever happened to the file', () => {
  const library = {
    BytesRef,
    FINDINGS,
    Findings,
    InlineChecksum,
    Kernels,
    RdbParser,
    RdbVisitor,
    StreamId,
    Window,
    verifyRdb,
  };

  it('no report shows a name, a member or a value', async () => {
    const sound = secrets(head({ version: 12 })).finish();
    const seed = await makeSeed(library, 'secrets', sound);
    let named = 0;
    for (let input = 0; input < 800; input++) {
      const { bytes, story } = mutate([seed], Random.of(11, input), crc64);
      const report = reportOf(await verifyBytes(bytes, { expect: { version: '>=99' } }));
      if (shown(report).includes('SECRET')) named++;
      const text = shown(hideKeyNames(report, input % 2 === 0 ? 'hash' : 'none'));
      expect(/.{0,60}SECRE.{0,60}/.exec(text)?.[0], story).toBeUndefined();
    }
    expect(named).toBeGreaterThan(150);
  });
});
