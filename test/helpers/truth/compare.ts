import type { Json, TruthRecord } from './format.js';

/** Where a truth comes from decides what may differ. */
export type Origin =
  /** From the server that wrote the file. */
  | 'writer'
  /** From a server of the same release that loaded the file: it drops what has expired or is empty. */
  | 'reloader'
  /** From a server of any release that loaded the file: it converts, too. */
  | 'loader';

type Fields = { [name: string]: Json };

/**
 * What differs between a truth and what was parsed, one line each. Not compared:
 *
 * - `encoding`: how the server held the value in memory; the file only has `rdbType`, which is compared.
 * - `importing`: says why KEYS does not show the key; the file holds it as any other.
 * - `lag` of groups: the server computes it from counters that are compared themselves.
 * - `info` of arrays: slices and directories in memory.
 * - the value of module types (vector sets): private to the module. All else of the key is compared.
 *
 * With those that loaded the file also not `rdbType`, `freq` and `idle`, which are its own then, nor `keyMeta`, which it drops
 * without the module; and from other releases the sign of a zero score, which is lost where they convert to a listpack.
 */
export function differences(expected: readonly Json[], actual: readonly TruthRecord[], origin: Origin): string[] {
  const found: string[] = [];
  const parsed = new Map(actual.map((record) => [nameOf(record.db, record.key), record]));
  if (parsed.size !== actual.length) found.push('the same key was parsed twice');
  for (const line of expected) {
    const truth = line as Fields;
    const name = nameOf(truth.db, truth.key);
    const record = parsed.get(name);
    parsed.delete(name);
    if (record) compareRecord(name, truth, record, origin, found);
    else found.push(`${name}: not parsed`);
  }
  for (const [name, record] of parsed) {
    if (origin === 'writer' || !dropped(record)) found.push(`${name}: parsed, but not in the truth`);
  }
  return found;
}

/** Types of modules: their values are not looked into. */
const MODULE_TYPES = new Set(['vectorset']);

function nameOf(db: Json, key: Json): string {
  return `${db}/${key}`;
}

/** Whether a loader leaves the key out: it has expired, or is empty. */
export function dropped(record: TruthRecord): boolean {
  const { value } = record;
  if (hasPassed(record.expireAtMs)) return true;
  if (Array.isArray(value)) return value.length === 0;
  // All fields of a hash, of which there may be none, have expired.
  return (
    record.type === 'hash' && Object.values(value as Fields).every((field) => hasPassed((field as Fields).expireAtMs))
  );
}

function hasPassed(expireAtMs: Json): boolean {
  return expireAtMs !== null && Number(expireAtMs) <= Date.now();
}

function compareRecord(name: string, truth: Fields, record: TruthRecord, origin: Origin, found: string[]): void {
  compare(`${name}.type`, truth.type, record.type, found);
  // A time beyond 2^53 passes through the parser as a double, as its interface says.
  compare(`${name}.expireAtMs`, rounded(truth.expireAtMs), rounded(record.expireAtMs), found);
  if (origin === 'writer') {
    compare(`${name}.rdbType`, truth.rdbType, record.rdbType, found);
    compare(`${name}.freq`, truth.freq ?? null, record.freq ?? null, found);
    compare(`${name}.idle`, truth.idle ?? null, record.idle ?? null, found);
    compare(`${name}.keyMeta`, truth.keyMeta ?? null, record.keyMeta ?? null, found);
  }
  if (MODULE_TYPES.has(record.type)) return;
  const path = `${name}.value`;
  if (record.type === 'stream') compareStream(path, truth.value as Fields, record.value as Fields, origin, found);
  else if (record.type === 'array') compareArray(path, truth.value as Fields, record.value as Fields, found);
  else if (origin === 'writer') compare(path, truth.value, record.value, found);
  else if (record.type === 'hash') compare(path, truth.value, withoutExpiredFields(record.value as Fields), found);
  else if (record.type === 'zset' && origin === 'loader')
    compare(path, withoutZeroSigns(truth.value), withoutZeroSigns(record.value), found);
  else compare(path, truth.value, record.value, found);
}

function withoutZeroSigns(zset: Json): Json {
  if (!Array.isArray(zset)) return zset;
  return (zset as Json[][]).map(([member, score]) => [member, score === '-0' ? '0' : score]);
}

function rounded(ms: Json): Json {
  return ms === null ? null : Number(ms);
}

function withoutExpiredFields(value: Fields): Fields {
  return Object.fromEntries(
    Object.entries(value).filter(([, field]) => !hasPassed((field as Fields).expireAtMs ?? null)),
  );
}

function compareArray(path: string, truth: Fields, actual: Fields, found: string[]): void {
  const { info: _memory, ...rest } = truth;
  compare(path, rest, actual, found);
}

/**
 * Old types lack what newer servers show: first id, greatest deleted id and counters (before type 19), active times (before
 * 21), idempotent producers (before 26). What a server puts in their place when it loads such a stream follows from the rest
 * of the file, so that is compared instead.
 */
function compareStream(path: string, truth: Fields, actual: Fields, origin: Origin, found: string[]): void {
  const { radixTreeKeys, groups, idmp, ...rest } = truth;
  const { radixTreeKeys: nodes, groups: parsedGroups, idmp: parsedIdmp, ...parsed } = actual;
  // The nodes in the file are those that the writer had; a loader may build others.
  if (origin !== 'loader') compare(`${path}.radixTreeKeys`, radixTreeKeys, nodes, found);
  const completed = origin !== 'loader' ? parsed : { ...onLoad(parsed), ...parsed };
  compare(path, rest, completed, found);
  if (origin !== 'loader' || parsedIdmp !== undefined) compare(`${path}.idmp`, idmp ?? null, parsedIdmp ?? null, found);
  compareGroups(`${path}.groups`, groups as Json[], parsedGroups as Json[], origin, found);
}

function onLoad(parsed: Fields): Fields {
  const first = (parsed.entries as Json[])[0] as Json[] | undefined;
  return { firstId: first ? first[0] : '0-0', maxDeletedId: '0-0', entriesAdded: parsed.length };
}

function compareGroups(path: string, truth: Json[], actual: Json[], origin: Origin, found: string[]): void {
  compare(`${path}.length`, truth.length, actual.length, found);
  truth.forEach((group, i) => {
    const { lag: _computed, consumers, ...rest } = group as Fields;
    const { consumers: parsedConsumers, ...parsed } = (actual[i] ?? {}) as Fields;
    // A loader estimates the counter that old files lack.
    if (origin === 'loader' && parsed.entriesRead === undefined) delete rest.entriesRead;
    compare(`${path}[${i}]`, rest, parsed, found);
    compareConsumers(`${path}[${i}].consumers`, consumers as Json[], (parsedConsumers ?? []) as Json[], origin, found);
  });
}

function compareConsumers(path: string, truth: Json[], actual: Json[], origin: Origin, found: string[]): void {
  const completed = actual.map((consumer) =>
    origin !== 'loader' ? consumer : { activeTime: (consumer as Fields).seenTime, ...(consumer as Fields) },
  );
  compare(path, truth, completed, found);
}

/** Every place at which two values differ. */
function compare(path: string, expected: Json, actual: Json, found: string[]): void {
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    for (let i = 0; i < expected.length; i++) compare(`${path}[${i}]`, expected[i], actual[i], found);
  } else if (isFields(expected) && isFields(actual)) {
    for (const name of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      if (!(name in actual)) found.push(`${path}.${name}: not parsed`);
      else if (!(name in expected)) found.push(`${path}.${name}: parsed, but not in the truth`);
      else compare(`${path}.${name}`, expected[name], actual[name], found);
    }
  } else if (expected !== actual) found.push(`${path}: ${show(expected)} expected, ${show(actual)} parsed`);
}

function isFields(value: Json): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
