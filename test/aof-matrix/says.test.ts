// What is said of every damage to an append-only set: which findings, which exit code, and whether servers would start from it,
// held against what real ones did (fixtures/aof/behaviour.json, which test/matrix/aof-damage.test.ts checks).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FileReport, type LoadReport, verify } from '../../src/index.js';
import { CASES, type DamageCase, write } from './cases.js';
import { ALL_KEYS } from './files.js';
import { readRecord } from './record.js';

/** Findings of the set and of its files, by case; those that an operator has to see with the exit code 1 are errors. */
const SAYS: Readonly<Record<string, string>> = {
  none: '',
  'base missing': 'error AOF_PART_MISSING',
  'last incr missing': 'error AOF_PART_MISSING',
  'middle incr missing': 'error AOF_PART_MISSING',
  'base of zero bytes': 'error AOF_PART_EMPTY',
  'last incr of zero bytes': 'info AOF_PART_EMPTY',
  'middle incr of zero bytes': 'info AOF_PART_EMPTY',
  'base and middle incr of zero bytes': 'error AOF_PART_EMPTY, info AOF_PART_EMPTY',
  'all files of zero bytes': 'error AOF_ALL_PARTS_EMPTY',
  'unlisted incr of a higher number': 'warning AOF_PART_UNLISTED',
  'unlisted incr of a lower number': 'warning AOF_PART_UNLISTED',
  'leftover temporary manifest': 'info AOF_LEFTOVER',
  'leftover of a rewrite': 'info AOF_LEFTOVER',
  'a part is a directory': 'error AOF_PART_NOT_A_FILE',
  'a part is a link out of the directory': 'warning AOF_PART_OUTSIDE',
  'a part is a link to nowhere': 'error AOF_PART_MISSING',
  'base: value byte flipped': 'error RDB_CHECKSUM_MISMATCH',
  'base: sum of zeros': 'warning RDB_CHECKSUM_DISABLED',
  'base: wrong sum': 'error RDB_CHECKSUM_MISMATCH',
  'base: bad type byte': 'error RDB_CHECKSUM_MISMATCH, error RDB_UNKNOWN_OPCODE',
  'base: cut': 'error RDB_TRUNCATED',
  'base: cut inside the sum': 'error RDB_CHECKSUM_MISSING',
  'base: cut inside the magic': 'error RDB_TRUNCATED',
  'base: junk behind the sum': 'error AOF_TEXT',
  'base: zeros behind the sum': 'error AOF_ZERO_TAIL',
  'base: commands behind the sum': '',
  'base: cut command behind the sum': 'error AOF_TRUNCATED_MIDDLE, error AOF_TRUNCATED_TAIL',
  'base: magic broken': 'error AOF_GARBAGE',
  'base: version 99': 'error RDB_BAD_VERSION',
  'base is commands': '',
  'base is commands, cut': 'error AOF_TRUNCATED_MIDDLE, error AOF_TRUNCATED_TAIL',
  'base is commands, cut, and the only file': 'error AOF_TRUNCATED_TAIL',
  'last incr is an RDB with the same keys': 'error AOF_INCR_IS_RDB',
  'first incr is an RDB, and there is no base': 'error AOF_INCR_IS_RDB, info AOF_MANIFEST_NO_BASE, info AUX_NO_VERSION',
  'last incr cut inside a command': 'error AOF_TRUNCATED_TAIL',
  'last incr cut between commands': '',
  'last incr: open MULTI': 'error AOF_OPEN_MULTI',
  'last incr: open MULTI and a cut command': 'error AOF_OPEN_MULTI, error AOF_TRUNCATED_TAIL',
  'last incr: whole transaction': '',
  'middle incr cut inside a command': 'error AOF_TRUNCATED_MIDDLE, error AOF_TRUNCATED_TAIL',
  'middle incr cut between commands': '',
  'middle incr: open MULTI': 'error AOF_OPEN_MULTI, error AOF_TRUNCATED_MIDDLE',
  'middle incr: open MULTI and a cut command':
    'error AOF_OPEN_MULTI, error AOF_TRUNCATED_MIDDLE, error AOF_TRUNCATED_TAIL',
  'last incr: garbage behind': 'error AOF_GARBAGE',
  'last incr: zeros behind': 'error AOF_ZERO_TAIL',
  'middle incr: garbage behind': 'error AOF_GARBAGE',
  'middle incr: zeros behind': 'error AOF_ZERO_TAIL',
  'last incr: malformed command behind': 'error AOF_BAD_COUNT',
  'last incr: * behind': 'error AOF_TRUNCATED_TAIL',
  'last incr: *3 behind': 'error AOF_TRUNCATED_TAIL',
  'last incr: *3 $3 behind': 'error AOF_TRUNCATED_TAIL',
  'last incr: $7 -> $9': 'error AOF_ARGUMENT_NOT_TERMINATED, error AOF_EXPECTED_ARGUMENT',
  'last incr: $7 -> $6': 'error AOF_ARGUMENT_NOT_TERMINATED, error AOF_EXPECTED_ARGUMENT',
  'last incr: $7 -> $x': 'error AOF_BAD_LENGTH',
  'last incr: $7 -> $-1': 'error AOF_NEGATIVE_LENGTH',
  'last incr: $7 -> $100000': 'error AOF_LENGTH_PAST_END',
  'last incr: $7 -> $99999999999': 'error AOF_LENGTH_PAST_END',
  'last incr: *3 -> *4': 'error AOF_EXPECTED_ARGUMENT',
  'last incr: *3 -> *2': 'error AOF_TEXT, error AOF_WRONG_ARITY',
  'last incr: *3 -> *0': 'error AOF_BAD_COUNT',
  'last incr: *3 -> *-1': 'error AOF_BAD_COUNT',
  'last incr: value byte flipped': '',
  'last incr: LF alone': 'error AOF_LINE_END',
  'last incr: junk behind a length': 'error AOF_NUMBER_JUNK',
  'last incr: junk behind a count': 'error AOF_NUMBER_JUNK',
  'last incr: zero byte behind a length': 'error AOF_NUMBER_JUNK',
  'last incr: blank in front of a length': 'warning AOF_NUMBER_UNUSUAL',
  'last incr: zero in front of a length': 'warning AOF_NUMBER_UNUSUAL',
  'last incr: no CR LF behind an argument': 'error AOF_ARGUMENT_NOT_TERMINATED',
  'last incr: empty line': 'error AOF_BLANK_LINE',
  'last incr: command as typed': 'error AOF_TEXT',
  'last incr: unknown command': 'error AOF_UNKNOWN_COMMAND',
  'last incr: unknown command in a transaction': 'error AOF_UNKNOWN_COMMAND',
  'last incr: command without a name': 'error AOF_UNKNOWN_COMMAND',
  'last incr: wrong arity': 'error AOF_WRONG_ARITY',
  'last incr: WRONGTYPE': '',
  'last incr: SELECT 99': 'warning AOF_DB_OUT_OF_RANGE',
  'last incr: EXEC without MULTI': 'error AOF_EXEC_WITHOUT_MULTI',
  'last incr: MULTI in a transaction': 'error AOF_NESTED_MULTI',
  'last incr: DISCARD in a transaction':
    'error AOF_DISCARD_IN_MULTI, error AOF_OPEN_MULTI, info AOF_COMMAND_WITHOUT_EFFECT',
  'last incr: DISCARD and EXEC in a transaction': 'error AOF_DISCARD_IN_MULTI, info AOF_COMMAND_WITHOUT_EFFECT',
  'last incr: commands that read': 'info AOF_COMMAND_WITHOUT_EFFECT',
  'last incr: SUBSCRIBE': 'info AOF_COMMAND_WITHOUT_EFFECT',
  'last incr: BLPOP': '',
  'last incr: SHUTDOWN': 'warning AOF_COMMAND_REACHES_OUT',
  'last incr: CONFIG SET': 'warning AOF_COMMAND_REACHES_OUT',
  'last incr: time annotations': '',
  'last incr: annotation of 1023 bytes': 'info AOF_ANNOTATION_UNKNOWN',
  'last incr: annotation of 1024 bytes': 'error AOF_ANNOTATION_TOO_LONG',
  'last incr: annotation cut': 'warning AOF_ANNOTATION_CUT',
  'last incr: annotation in a command': 'error AOF_EXPECTED_ARGUMENT',
  'manifest deleted': 'error AOF_MANIFEST_MISSING',
  'manifest deleted, numbers from 1': 'error AOF_MANIFEST_MISSING',
  'manifest of zero bytes': 'error AOF_MANIFEST_EMPTY',
  'manifest: only a comment': 'error AOF_MANIFEST_LISTS_NOTHING, warning AOF_PART_UNLISTED',
  'manifest: no LF at the end': 'error AOF_MANIFEST_NO_FINAL_LF',
  'manifest: two bases': 'error AOF_MANIFEST_TWO_BASES, warning AOF_MANIFEST_FILE_TWICE',
  'manifest: a number twice': 'error AOF_MANIFEST_NOT_ASCENDING',
  'manifest: numbers descend': 'error AOF_MANIFEST_NOT_ASCENDING',
  'manifest: no base line': 'error AOF_MANIFEST_NO_BASE, warning AOF_PART_UNLISTED',
  'manifest: no base line, numbers from 1': 'error AOF_MANIFEST_NO_BASE, warning AOF_PART_UNLISTED',
  'manifest: no incr lines': 'warning AOF_PART_UNLISTED',
  'manifest: no line for the last incr': 'warning AOF_PART_UNLISTED',
  'manifest: no line for the middle incr': 'warning AOF_PART_UNLISTED',
  'manifest: only history': 'error AOF_MANIFEST_LISTS_NOTHING, info AOF_HISTORY_LISTED, warning AOF_PART_UNLISTED',
  'manifest: history, file there': 'info AOF_HISTORY_LISTED',
  'manifest: history, file missing': 'info AOF_HISTORY_LISTED',
  'manifest: a file twice': 'warning AOF_MANIFEST_FILE_TWICE',
  'manifest: a gap in the numbers': 'info AOF_SEQ_GAP',
  'manifest: empty line': 'error AOF_MANIFEST_EMPTY_LINE',
  'manifest: five words': 'error AOF_MANIFEST_BAD_FIELDS',
  'manifest: seven words': 'error AOF_MANIFEST_BAD_FIELDS',
  'manifest: eight words': '',
  'manifest: unknown type': 'error AOF_MANIFEST_BAD_TYPE',
  'manifest: type in upper case': 'error AOF_MANIFEST_BAD_TYPE',
  'manifest: type as a word': 'info AOF_MANIFEST_UNUSUAL',
  'manifest: number 0': 'error AOF_MANIFEST_BAD_SEQ',
  'manifest: number abc': 'error AOF_MANIFEST_BAD_SEQ',
  'manifest: number 3abc': 'info AOF_MANIFEST_UNUSUAL',
  'manifest: negative number of the base': '',
  'manifest: negative number of an incr': 'error AOF_MANIFEST_NOT_ASCENDING',
  'manifest: path in a name': 'error AOF_MANIFEST_BAD_NAME',
  'manifest: quote that does not end': 'error AOF_MANIFEST_BAD_QUOTES',
  'manifest: zero byte': 'error AOF_MANIFEST_ZERO_BYTE',
  'manifest: line too long': 'error AOF_MANIFEST_LINE_TOO_LONG',
  'manifest: longest line': '',
  'manifest: CR LF': 'info AOF_MANIFEST_UNUSUAL',
  'manifest: quoted names': '',
  'manifest: pairs in another order': 'info AOF_MANIFEST_UNUSUAL',
  'manifest: unknown pair': 'info AOF_MANIFEST_FIELD_UNKNOWN',
  'manifest: comments': '',
  'manifest: upper case': 'info AOF_MANIFEST_UNUSUAL',
  'manifest: blank in front': 'info AOF_MANIFEST_UNUSUAL',
  'manifest of 10 MB': '',
  'manifest of 17 MB': 'error AOF_MANIFEST_TOO_LARGE',
  'manifest is a directory': 'error AOF_PART_NOT_A_FILE',
  'manifest: name with blanks, quoted': '',
  'manifest: name with blanks, not quoted': 'error AOF_MANIFEST_BAD_FIELDS',
  'single file': '',
  'single file with an RDB in front': '',
  'single file beside an empty directory': '',
  'single file, cut': 'error AOF_TRUNCATED_TAIL',
  'single file, cut in the RDB': 'error RDB_TRUNCATED',
  'single file, garbage behind': 'error AOF_GARBAGE',
  'single file, zeros behind': 'error AOF_ZERO_TAIL',
  'single file of zero bytes': 'error INPUT_EMPTY',
  'single file beside a set': 'warning AOF_LEGACY_IGNORED',
  'single file beside a manifest of comments': 'error AOF_MANIFEST_LISTS_NOTHING, warning AOF_PART_UNLISTED',
  'single file beside files without a manifest': 'error AOF_MANIFEST_MISSING',
  'single file that a manifest takes over': '',
  'single file that a set has taken over': '',
  'single file taken over, and cut': 'error AOF_TRUNCATED_MIDDLE, error AOF_TRUNCATED_TAIL',
};

/**
 * Where a server starts with fewer keys than there were, and no error or warning says so: nothing in the files shows it.
 */
const UNDETECTABLE: Readonly<Record<string, string>> = {
  'last incr cut between commands': 'a log has no end mark: it looks like one that ends there',
  'middle incr cut between commands': 'a log has no end mark: it looks like one that ends there',
  'last incr of zero bytes':
    'an incr file is empty when nothing was written since the rewrite; it is told as information',
  'middle incr of zero bytes':
    'an incr file is empty when nothing was written between two rewrites; it is told as information',
};

/** Where the answer differs from what the servers did: `no` where they start, `all` where they start with fewer keys. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  'first incr is an RDB, and there is no base: no':
    'servers crash when a key of it is there already; whether one is, is not looked at',
  'manifest of 17 MB: unknown': 'it is not read: no server writes such a manifest',
  'single file of zero bytes: no':
    'an empty file has no kind, and only an append-only one starts a server, with no keys',
  'manifest: no line for the middle incr: all':
    'a file beside the set may as well be left over from before a rewrite; it is a warning',
  ...Object.fromEntries(Object.entries(UNDETECTABLE).map(([name, why]) => [`${name}: all`, why])),
};

const record = readRecord();
const reports = new Map<string, { own: FileReport; named: FileReport }>();

beforeAll(async () => {
  for (const each of CASES) {
    const dir = mkdtempSync(join(tmpdir(), 'rdbkit-'));
    try {
      write(dir, each);
      const targets = Object.keys(record[each.name] ?? {});
      reports.set(each.name, { own: await reportOn(dir), named: await reportOn(dir, targets) });
    } finally {
      rmSync(dir, { recursive: true });
    }
  }
});

describe.each(CASES)('$name', (damage) => {
  it('gives the findings of the table', () => {
    expect(told(own(damage))).toBe(SAYS[damage.name]);
  });

  it('is sound unless there is an error', () => {
    const { outcome, ok, errors } = own(damage);
    expect([outcome, ok]).toEqual(errors > 0 ? ['damaged', false] : ['sound', true]);
  });

  it('loads where servers start, and only there', () => {
    const found = loadsOf(damage).flatMap(({ load, outcome }) => difference(damage, load, outcome) ?? []);
    expect(found.filter((each) => !(`${damage.name}: ${each}` in DIFFERENCES))).toEqual([]);
  });

  it('is told when servers do not start, or with fewer keys', () => {
    const { errors, warnings } = own(damage);
    const keys = loadsOf(damage).map(({ outcome }) => keysOf(outcome));
    // With `no` a server refuses what it cuts with `yes`: the error is the same.
    if (keys.includes(undefined)) expect(errors).toBeGreaterThan(0);
    const loses = keys.some((n) => n !== undefined && n < (damage.whole ?? ALL_KEYS));
    if (loses && !(damage.name in UNDETECTABLE)) expect(errors + warnings).toBeGreaterThan(0);
  });
});

describe('the tables', () => {
  it('have every case, and no other', () => {
    const names = CASES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(Object.keys(SAYS).sort()).toEqual([...names].sort());
    expect(Object.keys(record).sort()).toEqual([...names].sort());
  });

  it('hold no difference that is none any more', () => {
    const met = CASES.flatMap((damage) =>
      loadsOf(damage).map(({ load, outcome }) => `${damage.name}: ${difference(damage, load, outcome)}`),
    );
    expect(Object.keys(DIFFERENCES).filter((each) => !met.includes(each))).toEqual([]);
  });
});

afterAll(() => reports.clear());

async function reportOn(dir: string, targets?: readonly string[]): Promise<FileReport> {
  const { files } = await verify([dir], targets ? { targets } : {});
  // A single file beside a set is told on its own as well.
  const sets = files.filter(({ kind }) => kind === 'aof-set');
  const [file] = sets.length > 0 ? sets : files;
  expect(sets.length > 0 ? sets : files).toHaveLength(1);
  return file;
}

function own({ name }: DamageCase): FileReport {
  return (reports.get(name) as { own: FileReport }).own;
}

/** Severities and codes, each once, the worst first. */
function told(file: FileReport): string {
  const all = [file, ...(file.parts ?? [])].flatMap(({ findings }) => findings);
  return [...new Set(all.map(({ code, severity }) => `${severity} ${code}`))].sort().join(', ');
}

/** What is said of each start, and how it went. */
function loadsOf({ name }: DamageCase): { load: LoadReport; outcome: string }[] {
  const { loads } = (reports.get(name) as { named: FileReport }).named;
  return Object.entries(record[name]).flatMap(([server, outcomes]) =>
    (['yes', 'no'] as const).flatMap((truncated) => {
      const load = loads.find(
        ({ target, with: setting }) => target === server && (setting?.aofLoadTruncated ?? truncated) === truncated,
      );
      return load ? [{ load, outcome: outcomes[truncated] }] : [];
    }),
  );
}

function keysOf(outcome: string): number | undefined {
  const keys = /^starts (\d+)$/.exec(outcome)?.[1];
  return keys === undefined ? undefined : Number(keys);
}

function difference(damage: DamageCase, { verdict }: LoadReport, outcome: string): string | undefined {
  const keys = keysOf(outcome);
  if (verdict === 'unknown') return 'unknown';
  if (verdict === 'no') return keys === undefined ? undefined : 'no';
  if (keys === undefined) return 'yes';
  return verdict === 'yes' && keys < (damage.whole ?? ALL_KEYS) ? 'all' : undefined;
}
