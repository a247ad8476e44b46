// Files of real servers, sound and damaged: each copy starts on the server that wrote it, and holds what it should.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planRepair } from '../../src/repair/plan-repair.js';
import { writeRepair } from '../../src/repair/write-repair.js';
import { CORPUS, filesBelow, lines } from '../helpers/corpus.js';
import type { Json } from '../helpers/truth.js';
import { availableServers } from '../servers/available.js';
import { command } from '../servers/command.js';
import { Workshop } from './logs.js';
import { dataDifferences, startOn } from './start.js';

const shop = new Workshop();
const servers = new Map(availableServers().map((server) => [server.name, server]));

interface Start {
  result: string;
  sameDataAsSource?: boolean;
  loaded?: string;
}

interface Verdict {
  file: string;
  source: string;
  server: { name: string; version: string };
  start: Start;
  startStrict: Start;
}

function serverOf(folder: string) {
  return servers.get(folder.split('/')[1] ?? '');
}

/** Name of the append-only file as the server has to be told, by the manifest. */
function nameOf(copy: string): string {
  if (!statSync(copy).isDirectory()) return 'appendonly.aof';
  return (readdirSync(copy).find((name) => name.endsWith('.manifest')) ?? '').replace(/\.manifest$/, '');
}

const sound = filesBelow(join(CORPUS, 'aof'))
  .filter((name) => name.endsWith('.truth.jsonl') && !name.includes('.at-'))
  .map((name) => join('aof', name.replace(/\.truth\.jsonl$/, '')));

describe('sound', () => {
  if (sound.length === 0) it.skip(`there is no corpus in ${CORPUS}`);

  it.each(sound)('%s: is copied as it is', async (folder) => {
    const plan = await planRepair(join(CORPUS, folder));
    expect(plan.refusals).toEqual([]);
    expect(plan.cut).toBeUndefined();
    const copy = shop.fresh();
    await writeRepair(plan, copy);
    const server = serverOf(folder);
    if (!server) return;
    const truth = lines(join(CORPUS, `${folder}.truth.jsonl`));
    expect(await dataDifferences(server, copy, truth, nameOf(copy))).toEqual([]);
  });

  it.each(sound)('%s: torn, it still starts', async (folder) => {
    const torn = shop.fresh('data');
    cpSync(join(CORPUS, folder), torn, { recursive: true });
    const parts = (await planRepair(torn)).parts.filter(({ commands }) => commands > 0);
    const last = parts.at(-1);
    if (!last) return;
    truncateSync(last.path, (last.bytes ?? 0) - 3);
    const plan = await planRepair(torn);
    expect(plan.refusals).toEqual([]);
    expect(plan.cut).toMatchObject({ reason: 'tail' });
    const copy = shop.fresh();
    await writeRepair(plan, copy);
    const server = serverOf(folder);
    if (server) await startOn(server, copy, async ({ client }) => client.call('PING'), nameOf(copy));
  });
});

const exists = filesBelow(join(CORPUS, 'damaged')).includes('verdict.jsonl');
const damaged = (exists ? (lines(join(CORPUS, 'damaged', 'verdict.jsonl')) as unknown as Verdict[]) : []).filter(
  ({ file }) => file.startsWith('aof/'),
);

describe('damaged', () => {
  if (damaged.length === 0) it.skip(`there is no corpus in ${CORPUS}`);

  it.each(damaged)('$file: what can be cut starts, and what loads is not refused', async (verdict) => {
    const { file, source, start, startStrict } = verdict;
    const input = join(CORPUS, 'damaged', file);
    if (readdirSync(input).includes('.empty')) return;
    const { copy, refused } = await attempt(input, false);
    const forced = refused ? await attempt(input, true) : { copy, refused };
    const server = serverOf(file);
    // Without a manifest servers start without a word, and without the data.
    if (!copy) expect(start.result !== 'ok' || refused === 'AOF_MANIFEST_MISSING').toBe(true);
    else if (server) {
      const loaded = start.loaded ?? startStrict.loaded;
      const same = start.sameDataAsSource ? join('damaged', `${source}.truth.jsonl`) : undefined;
      const truth = loaded ? join('damaged', loaded) : same;
      if (truth) expect(await dataDifferences(server, copy, lines(join(CORPUS, truth)), nameOf(copy))).toEqual([]);
    }
    if (forced.copy && server)
      await startOn(server, forced.copy, ({ client }) => client.call('PING'), nameOf(forced.copy));
  });
});

async function attempt(input: string, truncateAtDamage: boolean): Promise<{ copy?: string; refused?: string }> {
  const plan = await planRepair(input, { truncateAtDamage });
  if (plan.refusals.length > 0) return { refused: plan.refusals[0].code };
  const copy = shop.fresh();
  await writeRepair(plan, copy);
  return { copy };
}

const timed = filesBelow(join(CORPUS, 'aof')).flatMap((name) => {
  const match = /^(.*)\.at-(\d+)\.truth\.jsonl$/.exec(name);
  return match ? [{ folder: join('aof', match[1]), seconds: Number(match[2]), truth: join('aof', name) }] : [];
});

describe('a point in time', () => {
  if (timed.length === 0) it.skip(`there is no corpus in ${CORPUS}`);

  it.each(timed)('$folder at $seconds: the data are those of the check tool', async ({ folder, seconds, truth }) => {
    const plan = await planRepair(join(CORPUS, folder), { untilMs: seconds * 1000 });
    expect(plan.refusals).toEqual([]);
    expect(plan.cut).toMatchObject({ reason: 'until' });
    const copy = shop.fresh();
    await writeRepair(plan, copy);
    const server = serverOf(folder);
    // The check tool of Valkey 9.1 takes an RDB of its own for damage, and cut nothing.
    if (!server || server.name.startsWith('valkey-9')) return;
    const expected: Json[] = lines(join(CORPUS, truth));
    expect(await dataDifferences(server, copy, expected, nameOf(copy))).toEqual([]);
  });

  it.each(timed)('$folder: at every second the bytes are those that the check tool leaves', async ({ folder }) => {
    const server = serverOf(folder);
    if (!server) return;
    const { parts } = await planRepair(join(CORPUS, folder));
    const last = parts.at(-1);
    const [first, end] = [last?.firstTimestampMs ?? 0, last?.lastTimestampMs ?? 0];
    for (let seconds = first / 1000; seconds <= end / 1000; seconds++) {
      const cut = await withCheckTool(server, join(CORPUS, folder), seconds, last?.name ?? '');
      const plan = await planRepair(join(CORPUS, folder), { untilMs: seconds * 1000 });
      expect(plan.parts.at(-1)?.keptBytes, `at ${seconds}`).toBe(cut.length);
    }
  });
});

/** The last part as the check tool cuts it, on a copy that it can see. */
async function withCheckTool(
  server: NonNullable<ReturnType<typeof serverOf>>,
  folder: string,
  seconds: number,
  name: string,
): Promise<Buffer> {
  const { root = '' } = server;
  const place = mkdtempSync(join(root ? join(root, 'tmp') : tmpdir(), 'rdbkit-'));
  try {
    const copy = join(place, 'data');
    cpSync(folder, copy, { recursive: true });
    spawnSync('chmod', ['-R', 'u+w', copy]);
    const manifest = filesBelow(copy).find((file) => file.endsWith('.manifest')) ?? '';
    // That of Valkey 9.1 does not get past an RDB of its own: it is given the last part alone.
    const given = server.name.startsWith('valkey-9') ? join(dirname(manifest), name) : manifest;
    const seen = join(copy, given).slice(root.length);
    const [file, args] = command(server.checkAofTool, ['--truncate-to-timestamp', String(seconds), seen], server.root);
    const { status, stdout } = spawnSync(file, args, { encoding: 'utf8', input: 'y\n' });
    if (status !== 0) throw new Error(stdout);
    return readFileSync(join(copy, dirname(manifest), name));
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
