/**
 * What every server does with the files of fixtures/loading is what behaviour.jsonl says.
 *
 * A patch release that has no record is held against another one of its release, but for the words of the log. Of several
 * patch releases the newest is tried, and of the files, every third: every file with two of the servers. All are in a long run.
 * With RDBKIT_RECORD=1 all servers are, and their behaviour is written down instead.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { LONG } from '../helpers/runs.js';
import type { LoadingCase } from '../loading/case.js';
import { CASES } from '../loading/cases/index.js';
import { type Behaviour, measure } from '../loading/measure.js';
import { RECORDING, readRecord, writeRecord } from '../loading/record.js';
import { type AvailableServer, availableServers } from '../servers/available.js';

/**
 * Refused since a security update that distributions gave to servers without a new version number: builds of one version do
 * either. Both ways are known (STREAM_PENDING_OWNED_TWICE).
 */
const DIFFERS_BY_BUILD = /^stream-pending-owned-twice(-\d)?\.rdb$/;

/** Servers that run at a time: most of a start is waiting. */
const AT_A_TIME = 3;
const TIMEOUT_MS = 300_000;

const record = readRecord();
const servers = availableServers().filter((server) => RECORDING || (isNewest(server) && recordOf(server).length > 0));

describe.runIf(servers.length > 0)('loading', () => {
  const measured: Behaviour[] = [];

  test.each(servers)(
    '$name',
    async (server) => {
      const cases = casesFor(server);
      const lines = (await inParallel(cases, (each) => measure(server, each))).flat();
      measured.push(...lines);
      const tried = new Set(cases.map(({ name }) => `${name}.rdb`));
      const recorded = recordOf(server).filter(({ file }) => tried.has(file));
      if (RECORDING) return;
      expect(recorded).not.toEqual([]);
      expect(differences(lines, recorded)).toEqual([]);
    },
    TIMEOUT_MS,
  );

  afterAll(() => {
    if (RECORDING) writeRecord(measured, CASES);
  });
});

function casesFor(server: AvailableServer): readonly LoadingCase[] {
  const at = servers.indexOf(server);
  return RECORDING || LONG ? CASES : CASES.filter((_, i) => i % 3 === at % 3);
}

/** Its own lines; else those of the newest recorded patch release of its release. */
function recordOf({ name, lineage, release }: AvailableServer): readonly Behaviour[] {
  const own = record.filter(({ server }) => server === name);
  if (own.length > 0) return own;
  const ofRelease = record.filter(({ server }) => server.startsWith(`${lineage}-${release}.`));
  const [newest] = ofRelease.map(({ server }) => server).sort((a, b) => compare(b, a));
  return ofRelease.filter(({ server }) => server === newest);
}

function isNewest(server: AvailableServer): boolean {
  const ofRelease = availableServers().filter((s) => s.lineage === server.lineage && s.release === server.release);
  return ofRelease.every(({ version }) => compare(version, server.version) <= 0);
}

function compare(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

interface Difference {
  file: string;
  config: readonly string[];
  measured: Partial<Behaviour> | undefined;
  recorded: Partial<Behaviour> | undefined;
}

function differences(lines: readonly Behaviour[], recorded: readonly Behaviour[]): Difference[] {
  const before = new Map(recorded.map((line) => [keyOf(line), line]));
  const now = new Map(lines.map((line) => [keyOf(line), line]));
  return [...new Set([...before.keys(), ...now.keys()])].flatMap((key) => {
    const [is, was] = [now.get(key), before.get(key)];
    if (is && was && sameBehaviour(is, was)) return [];
    const { file, config } = (is ?? was) as Behaviour;
    if (is && was && DIFFERS_BY_BUILD.test(file)) return [];
    return [{ file, config, measured: is, recorded: was }];
  });
}

function keyOf({ file, config }: Behaviour): string {
  return [file, ...config].join(' ');
}

/** Which signal ends a crash is left to chance: some crash once more while they report the first. */
function sameBehaviour(a: Behaviour, b: Behaviour): boolean {
  const crash = a.outcome === 'crashes' && b.outcome === 'crashes' ? { signal: '' } : {};
  const ignored = a.server === b.server ? crash : { ...crash, server: '', reason: '' };
  return JSON.stringify({ ...a, ...ignored }) === JSON.stringify({ ...b, ...ignored });
}

async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length);
  const rest = items.entries();
  const takeOne = async () => {
    for (const [i, item] of rest) results[i] = await work(item);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, takeOne));
  return results;
}
