/**
 * Every good file is loaded into every server, by RESTORE where that works, and by commands: the server holds then what the file
 * holds. What cannot be carried over is in the report, key by key.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDataset } from '../../src/backup/dataset.js';
import { openBulkTarget } from '../../src/live/bulk/open-bulk-target.js';
import { parseServerUrl } from '../../src/live/server-url.js';
import { load } from '../../src/load/load.js';
import type { LoadReport } from '../../src/load/report.js';
import { CORPUS, FIXTURES, type Golden, goldens } from '../helpers/corpus.js';
import { sample } from '../helpers/runs.js';
import { differences, type Json, truthOf } from '../helpers/truth.js';
import { type AvailableServer, availableServers } from '../servers/available.js';
import { type RunningServer, startServer } from '../servers/server.js';

/** A node in cluster mode loads keys of slots that it imports; what it shows of them is its own business. */
const files = [...goldens(FIXTURES), ...goldens(join(CORPUS, 'rdb'))].filter(
  ({ name }) => !name.includes('slot-import'),
);

/** What servers lack for what files of newer ones, or of the other lineage, hold. */
const LACKING =
  /vector sets|vectorset|only RESTORE can carry values of type (module|array|stream|vectorset)|does not know values of type|Bad data format|the expiry of|module|idempotent producers|given back to the group|without pending entries|counts of entries|less than it holds|beyond its last id|of which the group does not know|without a consumer|without fields/;

/** Commands cannot say when a consumer was there last, nor that nobody knows the last id that was deleted: a note says so. */
const CLOCKS = 'consumers of streams: when they were seen last';
const LOST_BY_COMMANDS = /\.(seenTime|activeTime|maxDeletedId): /;
/** Of an empty stream, for which servers have two words. */
const TWO_WORDS = /\.firstId: /;
/** Redis 7.0 does not save it. */
const NOT_SAVED = /\.activeTime: /;

/** One of each release, the newest. */
const releases = ['redis-7.0', 'redis-8.0', 'valkey-8.1', 'valkey-9.1'];
const servers = releases.flatMap((wanted) => {
  const found = availableServers().findLast(({ lineage, release }) => `${lineage}-${release}` === wanted);
  return found ? [found] : [];
});

const MODES = ['auto', 'commands'] as const;

/** Each file meets some server in some mode; all of them in a long run. */
const NTH = 4;

test('servers are there', () => expect(servers.length).toBeGreaterThan(0));

describe.each(servers.map((server, at) => ({ ...server, at })))('into $name', (server) => {
  let running: RunningServer;

  beforeAll(async () => {
    running = await startServer({ ...server, args: ['--databases', '32'] });
  });

  afterAll(async () => {
    await running?.stop();
  });

  describe.each(MODES.map((mode, i) => ({ mode, own: sample(files, NTH, 2 * server.at + i) })))(
    '$mode',
    ({ mode, own }) => {
      test.each(own)('$name', async (file) => {
        await running.client.flushall();
        await running.client.call('FUNCTION', 'FLUSH');
        const report = await loaded(running, file, mode);
        const { failures, partly, failed } = report;
        expect(report.discrepancy).toBeNull();
        expect(report.complete).toBe(true);
        expect(report.conflicted + report.skipped).toBe(0);

        const found = (await differing(running, file)).filter((line) => !isNoted(server, report, line));
        const missing = found.filter((line) => /^[^.]*: parsed, but not in the truth$/.test(line));
        const changed = new Set(
          found.filter((line) => !missing.includes(line)).map((line) => line.split(/[.:]/, 1)[0]),
        );
        const said = [...failures.flatMap(({ first }) => first), ...partly.first].map(({ detail }) => detail);
        // Nothing is there that should not be, and whatever is not there, or not whole, is told.
        expect(missing, found.join('\n')).toHaveLength(failed);
        expect([...changed].length, found.join('\n')).toBeLessThanOrEqual(partly.keys);
        for (const detail of said) expect(detail).toMatch(LACKING);
        if (mode === 'auto' && isOwn(server, file))
          expect({ failed, partly: partly.keys }).toEqual({ failed: 0, partly: 0 });
      });
    },
  );
});

/** Whether a file is of the server's own release. */
function isOwn({ lineage, release }: AvailableServer, { name }: Golden): boolean {
  return name.startsWith(`${lineage}-${release}`);
}

async function loaded({ port }: RunningServer, { rdb }: Golden, mode: (typeof MODES)[number]): Promise<LoadReport> {
  const target = await openBulkTarget(parseServerUrl(`redis://127.0.0.1:${port}`, {}));
  const dataset = await openDataset(rdb);
  try {
    return await load(dataset, target, { mode });
  } finally {
    await dataset.close();
    target.close();
  }
}

/** Whether a difference is one that no key is named for. */
function isNoted({ name }: AvailableServer, { notes }: LoadReport, line: string): boolean {
  if (TWO_WORDS.test(line) || (name.startsWith('redis-7.0') && NOT_SAVED.test(line))) return true;
  return notes.includes(CLOCKS) && LOST_BY_COMMANDS.test(line);
}

/** What differs between the file and what the server saves now, one line each. */
async function differing({ client, dir }: RunningServer, { rdb }: Golden): Promise<string[]> {
  await client.save();
  const [held, wanted] = await Promise.all([join(dir, 'dump.rdb'), rdb].map((path) => truthOf(readFileSync(path))));
  return differences((held?.records ?? []) as unknown as Json[], wanted?.records ?? [], 'loader');
}
