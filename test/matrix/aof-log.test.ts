/** What every server does with logs that have a defect is what log-minds says, and so is where it cuts them. */
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandBytes } from '../../src/resp/command.js';
import { cutsBeforeOpenMulti, type LogEffect, logEffectOn } from '../../src/servers/log-minds.js';
import { releaseNamed } from '../../src/servers/releases.js';
import { logOf } from '../helpers/log.js';
import { sample } from '../helpers/runs.js';
import { type AvailableServer, availableServers } from '../servers/available.js';
import { ServerStartError, startServer } from '../servers/server.js';

const c = (...args: (string | number)[]) => commandBytes(args).toString('latin1');
const HEAD = c('SELECT', 0) + c('SET', 'a', '1');
const MORE = c('SET', 'b', '2');
const MULTI = c('MULTI');

/** Logs by the first thing that is told of them; undefined for one that nothing is told of. */
const LOGS: readonly (readonly [code: string | undefined, log: string])[] = [
  [undefined, HEAD + MORE],
  ['AOF_TRUNCATED_TAIL', `${HEAD}*3\r\n$3\r\nSE`],
  ['AOF_OPEN_MULTI', HEAD + MULTI + MORE],
  ['AOF_OPEN_MULTI', `${HEAD + MULTI + MORE}*3\r\n$3`],
  ['AOF_ZERO_TAIL', `${HEAD}\0\0\0\0`],
  ['AOF_LENGTH_PAST_END', `${HEAD}*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100000\r\nv\r\n${MORE}`],
  ['AOF_LENGTH_PAST_END', `${HEAD}*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$99999999999\r\nv\r\n${MORE}`],
  ['AOF_BAD_COUNT', `${HEAD}*0\r\n${MORE}`],
  ['AOF_BAD_LENGTH', `${HEAD}*1\r\n$x\r\nPING\r\n${MORE}`],
  ['AOF_NEGATIVE_LENGTH', `${HEAD}*1\r\n$-1\r\n${MORE}`],
  ['AOF_EXPECTED_ARGUMENT', `${HEAD}*2\r\n$4\r\nPING\r\n${MORE}`],
  ['AOF_EXPECTED_ARGUMENT', `${HEAD}*2000000000\r\n$4\r\nPING\r\n${MORE}`],
  ['AOF_BLANK_LINE', `${HEAD}\r\n${MORE}`],
  ['AOF_TEXT', `${HEAD}SET x 1\r\n${MORE}`],
  ['AOF_GARBAGE', `${HEAD}\xff\xfe\x00\x01${MORE}`],
  ['AOF_RDB_INSIDE', `${HEAD}REDIS0009\xff${'\0'.repeat(8)}${MORE}`],
  ['AOF_ARGUMENT_NOT_TERMINATED', `${HEAD}*3\r\n$3\r\nSETxx$1\r\nkxx$1\r\nvxx${MORE}`],
  ['AOF_LINE_END', `${HEAD}*3\n$3\nSET\r\n$1\nk\r\n$1\nv\r\n${MORE}`],
  ['AOF_NUMBER_JUNK', `${HEAD}*3abc\r\n$3 x\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n${MORE}`],
  ['AOF_NUMBER_UNUSUAL', `${HEAD}*03\r\n$ 3\r\nSET\r\n$+1\r\nk\r\n$1\r\nv\r\n${MORE}`],
  ['AOF_NESTED_MULTI', HEAD + MULTI + c('SET', 'm', 1) + MULTI + c('EXEC') + MORE],
  ['AOF_EXEC_WITHOUT_MULTI', HEAD + c('EXEC') + MORE],
  ['AOF_DISCARD_IN_MULTI', HEAD + MULTI + c('SET', 'm', 1) + c('DISCARD') + c('EXEC') + MORE],
  ['AOF_SELECT_INVALID', HEAD + c('SELECT', 'x') + MORE],
  ['AOF_ANNOTATION_TOO_LONG', `${HEAD}#${'x'.repeat(1100)}\r\n${MORE}`],
  ['AOF_ANNOTATION_CUT', `${HEAD + MORE}#TS:17951`],
  ['AOF_ANNOTATION_UNKNOWN', `${HEAD}#hello\r\n${MORE}`],
  ['AOF_TIMESTAMP_INVALID', `${HEAD}#TS:abc\r\n${MORE}`],
];

interface Start {
  effect: LogEffect;
  /** Bytes of the file afterwards. */
  size: number;
}

async function start(server: AvailableServer, log: string, loadTruncated: boolean): Promise<Start> {
  const single = server.version.startsWith('6.');
  let path = '';
  const prepare = (dir: string) => {
    const folder = single ? dir : join(dir, 'appendonlydir');
    mkdirSync(folder, { recursive: true });
    path = join(folder, single ? 'appendonly.aof' : 'appendonly.aof.1.incr.aof');
    writeFileSync(path, log, 'latin1');
    const manifest = 'file appendonly.aof.1.incr.aof seq 1 type i\n';
    if (!single) writeFileSync(join(folder, 'appendonly.aof.manifest'), manifest);
  };
  const args = ['--appendonly', 'yes', '--aof-load-truncated', loadTruncated ? 'yes' : 'no'];
  try {
    const running = await startServer({ ...server, prepare, args });
    const { size } = statSync(path);
    await running.stop();
    return { effect: size < log.length ? 'cuts' : 'loads', size };
  } catch (error) {
    if (!(error instanceof ServerStartError)) throw error;
    return { effect: error.signal ? 'crashes' : 'refuses', size: log.length };
  }
}

/** Every log on two or three of the servers; on all of them in a long run. */
const servers = availableServers().map((server, at) => ({ ...server, logs: sample(LOGS, 3, at) }));

describe.each(servers)('$name', (server) => {
  it.each(server.logs)('%s: %j', async (code, log) => {
    const release = releaseNamed(server.name);
    if (!release) return;
    const { result, problems } = await logOf(log);
    const codes = [...problems.map((problem) => problem.code), ...(result.fault ? [result.fault.code] : [])];
    expect(codes[0]).toBe(code);
    for (const loadTruncated of [true, false]) {
      const circumstances = { loadTruncated, last: true, claimed: result.fault?.claimed };
      const effects = codes.map((each) => logEffectOn(release, each, circumstances));
      const expected = (['crashes', 'refuses', 'cuts'] as const).find((effect) => effects.includes(effect)) ?? 'loads';
      const { effect, size } = await start(server, log, loadTruncated);
      expect(effect, `with aof-load-truncated ${loadTruncated}`).toBe(expected);
      if (effect !== 'cuts') continue;
      const torn = result.fault !== undefined && !cutsBeforeOpenMulti(release);
      expect(size).toBe(torn ? result.completeUpTo : result.safeUpTo);
    }
  });
});
