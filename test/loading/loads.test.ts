// What `loads` says of the crafted files, against what real servers did (fixtures/loading/behaviour.jsonl, recorded).
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type FileReport, type VerifyOptions, verify } from '../../src/index.js';

const FOLDER = fileURLToPath(new URL('../../fixtures/loading/', import.meta.url));

interface Recorded {
  readonly file: string;
  readonly server: string;
  readonly config: readonly string[];
  readonly outcome: 'loads' | 'refuses' | 'crashes';
  readonly keys?: Readonly<Record<string, number>>;
}

/**
 * Where the answer differs from what the server did, and why: `false no` where it starts, `false yes` where it does not,
 * `count` where it starts with another number of keys. Everything else has to agree.
 */
const DIFFERENCES: Readonly<Record<string, string>> = {
  // Judged by what is inside: a server has to get the file unpacked.
  'file-gzip.rdb * false yes': 'the answer is for the content of a gzip',
  'expired-in-aof-preamble.rdb * count': 'it is the head of an append-only file, in which expired keys stay',
  // What is not looked at.
  'record-aux-lua-broken.rdb redis-6.0 false yes':
    'scripts in AUX fields, which only Redis before 7.0 compiles, are not',
  'module-vectors-encoding-5.rdb redis-8.0 false yes': 'the version of module data is not held against the module',
  'duplicate-first-all-fields-expired-valkey.rdb valkey-9.1 false no': 'that one of two hashes vanishes is not seen',
  'duplicate-second-all-fields-expired-valkey.rdb valkey-9.1 false no': 'that one of two hashes vanishes is not seen',
  // One code for several defects; each of these files is called damaged, whatever a server makes of it.
  'stream-flags-text.rdb redis-7.0 false yes': 'most damage inside stream nodes loads',
  'stream-flags-text.rdb redis-8.0 false yes': 'most damage inside stream nodes loads',
  'stream-flags-text.rdb valkey-8.1 false yes': 'most damage inside stream nodes loads',
  'field-expiry-25-expiry-text.rdb redis-8.0 false yes': 'expiries that are too large or negative load',
  'field-expiry-24-overflow.rdb redis-8.0 false no': 'an expiry that wraps around looks like one that is too large',
  'listpack-count-zero.rdb redis-7.0 count': 'a listpack that only says that it is empty is dropped',
  'listpack-count-zero.rdb redis-8.0 count': 'a listpack that only says that it is empty is dropped',
  'listpack-count-zero.rdb valkey-8.1 count': 'a listpack that only says that it is empty is dropped',
  'string-lzf-longer.rdb redis-6.0 false no': '6.0 minds only blocks that give more than announced',
  'string-lzf-field-longer.rdb redis-6.0 false no': '6.0 minds only blocks that give more than announced',
  'string-lzf-key-longer.rdb redis-6.0 false no': '6.0 minds only blocks that give more than announced',
  'string-lzf-to-nothing.rdb * false no': 'servers take an announced length of 0 for success',
  'record-resizedb-overflowing.rdb redis-7.0 false no': 'of hints beyond measure, 7.0 survives 2^63',
  'zset-old-score-and-more.rdb * false no': 'servers read a number in front of other text',
  // Of 8.0, the newest patch release counts: 8.0.6 refuses these, 8.0.2 does not.
  'stream-pending-owned-twice.rdb redis-8.0.2 false no': 'refused since a security update',
  'stream-pending-owned-twice-2.rdb redis-8.0.2 false no': 'refused since a security update',
  'stream-pending-owned-twice-3.rdb redis-8.0.2 false no': 'refused since a security update',
  // Valkey 8.1 takes low numbers behind its own magic. Nobody writes them.
  'header-valkey-009.rdb valkey-8.1 false no': 'VALKEY009 is no version that anybody writes',
  'header-valkey-011.rdb valkey-8.1 false no': 'VALKEY011 is no version that anybody writes',
};

const recorded: Recorded[] = readFileSync(`${FOLDER}behaviour.jsonl`, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line))
  // There is no flag for a relaxed version check.
  .filter(({ config }: Recorded) => !config.some((option) => option.includes('relaxed')));

describe.each([...new Set(recorded.map(({ file }) => file))])('%s', (file) => {
  it('loads where the answer is yes, and only there', async () => {
    const found: string[] = [];
    for (const record of recorded.filter((one) => one.file === file)) {
      const report = await reportOf(record);
      const difference = compare(record, report);
      if (difference !== undefined && !isKnown(record, difference)) {
        found.push(`${record.server} ${record.config.join(' ')}: ${difference}, ${JSON.stringify(report.loads)}`);
      }
    }
    expect(found).toEqual([]);
  });
});

it('agrees with at least 98 of 100 starts', async () => {
  let agreed = 0;
  for (const record of recorded) if (compare(record, await reportOf(record)) === undefined) agreed++;
  expect(agreed / recorded.length).toBeGreaterThan(0.98);
});

it('knows no difference that is none any more', async () => {
  const met = new Set<string>();
  for (const record of recorded) {
    const difference = compare(record, await reportOf(record));
    if (difference !== undefined) for (const name of namesOf(record, difference)) met.add(name);
  }
  expect(Object.keys(DIFFERENCES).filter((name) => !met.has(name))).toEqual([]);
});

const reports = new Map<string, FileReport>();

async function reportOf({ file, server, config }: Recorded): Promise<FileReport> {
  const options = optionsOf(server, config);
  const key = JSON.stringify([file, options]);
  const before = reports.get(key);
  if (before) return before;
  const { files } = await verify([FOLDER + file], options);
  reports.set(key, files[0]);
  return files[0];
}

function optionsOf(server: string, config: readonly string[]): VerifyOptions {
  const text = config.join(' ');
  const databases = /databases (\d+)/.exec(text)?.[1];
  return {
    targets: [release(server)],
    ...(databases === undefined ? {} : { databases: Number(databases) }),
    ...(text.includes('--cluster-enabled yes') ? { cluster: true } : {}),
  };
}

function compare(record: Recorded, report: FileReport): string | undefined {
  const [load] = report.loads;
  const starts = record.outcome === 'loads';
  if (load.verdict === 'unknown') return 'unknown';
  if (load.verdict === 'no') return starts ? 'false no' : undefined;
  if (!starts) return 'false yes';
  const { expiredKeys, emptyKeys } = load.drops;
  const keys = Object.values(record.keys ?? {}).reduce((sum, n) => sum + n, 0);
  return (report.keys ?? 0) - expiredKeys - emptyKeys === keys ? undefined : 'count';
}

function isKnown(record: Recorded, difference: string): boolean {
  return namesOf(record, difference).some((name) => name in DIFFERENCES);
}

function namesOf({ file, server }: Recorded, difference: string): string[] {
  return [server, release(server), '*'].map((who) => `${file} ${who} ${difference}`);
}

function release(server: string): string {
  return server.replace(/\.\d+$/, '');
}
