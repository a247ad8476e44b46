// Whether servers would start from a file: which server is asked, what it has, what the answer does to the report.
import { describe, expect, it } from 'vitest';
import type { FileReport, LoadReport, VerifyOptions } from '../../src/index.js';
import { OptionsError } from '../../src/verify/options-error.js';
import { moduleValue, RdbBuilder, stringValue } from '../helpers/rdb-builder.js';
import { database, type FileOptions, fileOf, head, NOW_MS } from './hand-made.js';
import { verifyBytes } from './verify-bytes.js';

const ONE = stringValue('v');
const SOUND = fileOf(ONE);
const JOB = 'j'.repeat(40);

async function loadsOf(file: Uint8Array, options: VerifyOptions = {}): Promise<readonly LoadReport[]> {
  return (await verifyBytes(file, options)).loads;
}

async function answers(file: Uint8Array, options: VerifyOptions): Promise<string[]> {
  return (await loadsOf(file, options)).map(({ target, verdict }) => `${target} ${verdict}`);
}

function codes(report: FileReport, severity: string): string[] {
  return report.findings.filter((finding) => finding.severity === severity).map(({ code }) => code);
}

describe('without a target, the release that wrote the file is asked', () => {
  const writers: [string, FileOptions, string, string][] = [
    ['a release that was measured', { version: 10 }, 'redis-7.0', 'measured'],
    ['one that was not', { version: 11 }, 'redis-7.2', 'expected'],
    ['Valkey in the common format', { writer: { name: 'valkey', version: '8.1.1' } }, 'valkey-8.1', 'measured'],
    ['Valkey in its own', { version: 80 }, 'valkey-9.1', 'measured'],
    ['a preview', { version: 12, writer: { name: 'redis', version: '7.3.240' } }, 'redis-7.3', 'expected'],
    ['a preview of 8.10', { version: 15, writer: { name: 'redis', version: '8.9.1' } }, 'redis-8.9', 'expected'],
    [
      'a development build',
      { version: 14, writer: { name: 'redis', version: '255.255.255' } },
      'redis-8.8',
      'expected',
    ],
    ['one that is too old to be asked for', { version: 7 }, 'redis-3.2', 'expected'],
    ['from before files said who wrote them', { version: 6 }, 'redis-2.6', 'expected'],
  ];
  it.each(writers)('%s', async (_, options, target, basis) => {
    const report = await verifyBytes(fileOf(ONE, options));
    expect(report.loads).toEqual([
      {
        target,
        verdict: 'yes',
        basis,
        requires: [],
        drops: { expiredKeys: 0, emptyKeys: 0, expiredFields: 0 },
        reasons: [],
      },
    ]);
    expect(report.ok).toBe(true);
  });

  it('its name has nothing of the version but the numbers', async () => {
    const file = fileOf(ONE, { writer: { name: 'valkey', version: '77.1\x1b]0;title\x07.2' } });
    expect(await loadsOf(file)).toMatchObject([{ target: 'valkey-77.1', verdict: 'unknown' }]);
  });

  it('of a release that is not known yet nothing can be told', async () => {
    const file = fileOf(ONE, { writer: { name: 'redis', version: '10.2.0' } });
    expect(await loadsOf(file)).toMatchObject([{ target: 'redis-10.2', verdict: 'unknown', basis: 'expected' }]);
  });

  it.each([
    ['21 databases', () => head().selectDb(20).resizeDb(1, 0).key('k', ONE), 'databases:21'],
    ['a module', () => database(1).key('k', moduleValue('hellotype', 0, [])), 'module:hellotype'],
    ['a module that keeps something beside keys', () => head().moduleAux('hellotype', 0, 1, []), 'module:hellotype'],
    [
      'cluster mode',
      () =>
        head({ version: 80 })
          .slotImport(JOB, [[0, 5]])
          .selectDb(0)
          .resizeDb(1, 0)
          .key('k', ONE),
      'cluster',
    ],
    [
      'metadata of keys',
      () => database(1, 0, { version: 13 }).keyMeta({ name: 'ABCD', version: 1, flags: 0, parts: [] }).key('k', ONE),
      'keymeta:ABCD',
    ],
  ])('it has %s, as the file proves', async (_, builder, need) => {
    const report = await verifyBytes(builder().finish());
    expect(report.loads).toMatchObject([{ verdict: 'yes', requires: [need], reasons: [] }]);
    expect(codes(report, 'info')).toContain('TARGET_NEEDS');
    expect(report.ok).toBe(true);
  });

  it('what it does not know is an error', async () => {
    const file = database(1, 0, { version: 11, writer: { name: 'redis', version: '7.0.15' } })
      .key('k', ONE)
      .finish();
    const report = await verifyBytes(file);
    expect(report).toMatchObject({ ok: false, outcome: 'sound', loads: [{ target: 'redis-7.0', verdict: 'no' }] });
    expect(codes(report, 'error')).toEqual(['TARGET_VERSION_REFUSED']);
  });

  it('what makes it crash is an error, though others load it', async () => {
    const huge = (version: number) =>
      database(2 ** 50, 0, { version })
        .key('k', ONE)
        .finish();
    const old = await verifyBytes(huge(10));
    expect(old).toMatchObject({ ok: false, loads: [{ verdict: 'no', reasons: ['RDB_SIZE_HINT_HUGE'] }] });
    expect(old.findings.find(({ code }) => code === 'TARGET_REFUSES')?.message).toContain('crashes');
    expect(await verifyBytes(huge(12))).toMatchObject({ ok: true, loads: [{ verdict: 'yes' }] });
  });
});

describe('targets', () => {
  it('are answered in their order, once each', async () => {
    const targets = ['valkey-9.1', 'redis-6.0', 'redis-7.2', 'valkey-9.1.2', 'latest-redis', 'latest-valkey'];
    expect(await answers(SOUND, { targets })).toEqual([
      'valkey-9.1 yes',
      'redis-6.0 no',
      'redis-7.2 yes',
      'redis-8.10 yes',
      'valkey-9.2 yes',
    ]);
  });

  it.each(['redis-9.9', 'redis', 'keydb-6.3', 'redis-8', '', 'latest'])('%j is none', async (name) => {
    await expect(verifyBytes(SOUND, { targets: [name] })).rejects.toThrow(OptionsError);
  });

  it.each([
    [12, ['redis-7.2 no', 'redis-7.4 yes', 'redis-8.0 yes', 'valkey-8.1 no', 'valkey-9.1 no']],
    [11, ['redis-7.2 yes', 'redis-7.4 yes', 'redis-8.0 yes', 'valkey-8.1 yes', 'valkey-9.1 yes']],
    [80, ['redis-7.2 no', 'redis-7.4 no', 'redis-8.0 no', 'valkey-8.1 no', 'valkey-9.1 yes']],
    [81, ['redis-7.2 no', 'redis-7.4 no', 'redis-8.0 no', 'valkey-8.1 no', 'valkey-9.1 no']],
  ])('read versions up to their own, and none of the other lineage: %i', async (version, expected) => {
    const targets = ['redis-7.2', 'redis-7.4', 'redis-8.0', 'valkey-8.1', 'valkey-9.1'];
    expect(await answers(fileOf(ONE, { version }), { targets })).toEqual(expected);
  });

  it('that say no make the file not ok, with the reason as a finding', async () => {
    const report = await verifyBytes(SOUND, { targets: ['redis-6.0', 'valkey-9.1'] });
    expect(report).toMatchObject({ ok: false, outcome: 'sound', complete: true });
    expect(codes(report, 'error')).toEqual(['TARGET_VERSION_REFUSED']);
    expect(report.findings[0].message).toContain('redis-6.0');
  });

  it('have 16 databases unless told otherwise', async () => {
    const file = head().selectDb(20).resizeDb(1, 0).key('k', ONE).finish();
    const targets = ['redis-8.0'];
    expect(await loadsOf(file, { targets })).toMatchObject([{ verdict: 'no', reasons: ['TARGET_DATABASES_TOO_FEW'] }]);
    expect(await answers(file, { targets, databases: 21 })).toEqual(['redis-8.0 yes']);
    expect(await answers(file, { targets, databases: 20 })).toEqual(['redis-8.0 no']);
    expect(await answers(file, { databases: 20 })).toEqual(['redis-7.2 no']);
  });

  it('cannot have more than 2^31 - 1 databases', async () => {
    const holding = (db: number) => head().selectDb(db).resizeDb(1, 0).key('k', ONE).finish();
    expect(await answers(holding(2 ** 31 - 2), {})).toEqual(['redis-7.2 yes']);
    expect(await answers(holding(2 ** 31 - 1), {})).toEqual(['redis-7.2 no']);
    expect(await answers(holding(2 ** 32), {})).toEqual(['redis-7.2 no']);
  });

  it('have the modules that are named, by the name of the module or of its type', async () => {
    const file = database(1)
      .key('k', moduleValue('ReJSON-RL', 3, []))
      .finish();
    const targets = ['redis-7.2'];
    const missing = { verdict: 'no', reasons: ['TARGET_MODULE_MISSING'], requires: ['module:ReJSON-RL'] };
    expect(await loadsOf(file, { targets })).toMatchObject([missing]);
    expect(await loadsOf(file, { modules: [] })).toMatchObject([missing]);
    expect(await loadsOf(file, { modules: ['search'] })).toMatchObject([missing]);
    for (const name of ['ReJSON', 'rejson', 'ReJSON-RL']) {
      expect(await answers(file, { targets, modules: ['search', name] })).toEqual(['redis-7.2 yes']);
    }
  });

  it('of Redis have vector sets since 8.0', async () => {
    const file = database(1)
      .key('k', moduleValue('vectorset', 0, []))
      .finish();
    expect(await answers(file, { targets: ['redis-7.4', 'redis-8.0', 'valkey-9.1'] })).toEqual([
      'redis-7.4 no',
      'redis-8.0 yes',
      'valkey-9.1 no',
    ]);
  });

  it('have one database in cluster mode', async () => {
    const file = head().selectDb(1).resizeDb(1, 0).key('k', ONE).finish();
    const targets = ['redis-8.0', 'valkey-9.1'];
    expect(await answers(file, { targets, cluster: true })).toEqual(['redis-8.0 no', 'valkey-9.1 no']);
    expect(await answers(file, { targets, cluster: true, databases: 4 })).toEqual(['redis-8.0 no', 'valkey-9.1 yes']);
    expect(await answers(file, { targets, cluster: false })).toEqual(['redis-8.0 yes', 'valkey-9.1 yes']);
  });

  it('have to be in cluster mode to take a node that imported slots', async () => {
    const file = head({ version: 80 })
      .slotImport(JOB, [[0, 5]])
      .selectDb(0)
      .resizeDb(1, 0)
      .key('k', ONE)
      .finish();
    const targets = ['valkey-9.1'];
    expect(await loadsOf(file, { targets })).toMatchObject([{ verdict: 'no', reasons: ['TARGET_CLUSTER_OFF'] }]);
    expect(await answers(file, { targets, cluster: true })).toEqual(['valkey-9.1 yes']);
    expect(await answers(file, { cluster: false })).toEqual(['valkey-9.1 no']);
  });
});

describe('what is dropped', () => {
  const EXPIRED = database(3, 2)
    .expireMs(NOW_MS - 1)
    .key('a', ONE)
    .expireMs(NOW_MS + 1)
    .key('b', ONE)
    .key('c', ONE)
    .finish();

  it('makes it partly, which is ok unless asked for', async () => {
    expect(await verifyBytes(EXPIRED)).toMatchObject({
      ok: true,
      loads: [{ verdict: 'partly', drops: { expiredKeys: 1 } }],
    });
    expect((await verifyBytes(EXPIRED, { failOnPartly: true })).ok).toBe(false);
    expect((await verifyBytes(SOUND, { failOnPartly: true })).ok).toBe(true);
  });

  it('depends on the present', async () => {
    expect(await loadsOf(EXPIRED, { nowMs: NOW_MS + 10 })).toMatchObject([{ drops: { expiredKeys: 2 } }]);
    expect(await loadsOf(EXPIRED, { nowMs: NOW_MS - 10 })).toMatchObject([{ verdict: 'yes' }]);
  });
});

describe('what cannot be told', () => {
  it.each(['header', 'checksum'] as const)('at the level %s', async (level) => {
    expect(await answers(SOUND, { level, targets: ['redis-7.2', 'redis-6.0'] })).toEqual([
      'redis-7.2 unknown',
      'redis-6.0 no',
    ]);
    expect(await verifyBytes(SOUND, { level, failOnUnknown: true })).toMatchObject({ ok: false, outcome: 'sound' });
  });

  it('when nobody has looked for keys that stand twice', async () => {
    expect(await answers(SOUND, { duplicates: false })).toEqual(['redis-7.2 unknown']);
    expect((await verifyBytes(SOUND, { duplicates: false })).ok).toBe(true);
  });

  it('of a version that is newer than known, its own release', async () => {
    const file = new RdbBuilder(42).aux('redis-ver', '11.0.0').selectDb(0).key('k', ONE).finish();
    expect(await answers(file, {})).toEqual(['redis-11.0 unknown']);
    expect(await answers(file, { targets: ['redis-8.10'] })).toEqual(['redis-8.10 no']);
  });

  it('of functions that only a server can run, but for the release that had them', async () => {
    const code = '#!lua name=a\nfor i = 1, 3 do redis.register_function("f" .. i, function() end) end';
    const file = (trailer: 'right' | 'zero') => head().functionLibrary(code).selectDb(0).key('k', ONE).finish(trailer);
    expect(await answers(file('right'), {})).toEqual(['redis-7.2 yes']);
    expect(await answers(file('zero'), {})).toEqual(['redis-7.2 unknown']);
    const [load] = await loadsOf(file('right'), { targets: ['redis-7.2'] });
    expect(load).toMatchObject({ verdict: 'unknown', reasons: ['FUNCTION_UNCERTAIN'] });
  });
});

it('damage keeps every server from it', async () => {
  const report = await verifyBytes(fileOf(ONE, { trailer: 'wrong' }), { targets: ['redis-7.2', 'valkey-9.1'] });
  expect(report.loads.map(({ verdict, reasons }) => [verdict, reasons])).toEqual([
    ['no', ['RDB_CHECKSUM_MISMATCH']],
    ['no', ['RDB_CHECKSUM_MISMATCH']],
  ]);
  // It is told once, as what it is.
  expect(codes(report, 'error')).toEqual(['RDB_CHECKSUM_MISMATCH']);
});

it('nothing loads from an empty file', async () => {
  expect(await loadsOf(new Uint8Array(0), { targets: ['redis-7.2'] })).toMatchObject([
    { verdict: 'no', reasons: ['INPUT_EMPTY'] },
  ]);
});
