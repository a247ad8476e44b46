import type { AofStats } from '../../src/stats/aof/aof-report.js';
import { MADE_MS } from './stats-report.js';

const KIB = 1024;

/** Statistics of a log of 1,000 commands in 100 KiB, made by hand. */
export function modelAof(over: Partial<AofStats> = {}): AofStats {
  const node = (
    prefix: string,
    depth: number,
    writes: number,
    kib: number,
    children: AofStats['prefixes']['tree'] = [],
  ) => {
    return { prefix: Buffer.from(prefix), depth, writes, bytes: kib * KIB, missing: undefined, children };
  };
  const key = (name: string, writes: number, kib: number) => {
    return { db: 0, key: Buffer.from(name), writes, bytes: kib * KIB, missing: undefined };
  };
  const start = MADE_MS / 1000;
  return {
    path: 'appendonlydir',
    kind: 'aof-set',
    bytes: 100 * KIB + 200,
    complete: true,
    stops: [],
    files: [
      { path: 'appendonlydir/a.base.rdb', role: 'base', bytes: 200, rdbBytes: 200, rdbKeys: 7, commands: 0 },
      {
        path: 'appendonlydir/a.incr.aof',
        role: 'incr',
        bytes: 100 * KIB,
        rdbBytes: null,
        rdbKeys: null,
        commands: 1000,
      },
    ],
    commands: [
      { name: 'set', calls: 750, bytes: 80 * KIB },
      { name: 'del', calls: 250, bytes: 20 * KIB },
    ],
    written: { writes: 1000, bytes: 100 * KIB },
    busiest: {
      byWrites: [key('user:name:1', 300, 29), key('hits', 100, 1)],
      byBytes: [key('page:1', 3, 49), key('user:name:1', 300, 29)],
    },
    prefixes: {
      separators: [':'],
      guessed: true,
      depth: 2,
      exact: true,
      without: { writes: 100, bytes: KIB },
      tree: [
        node('user:', 1, 600, 40, [node('user:name:', 2, 400, 30), node('user:rare:', 2, 0, 0)]),
        node('page:', 1, 300, 59),
      ],
      distinct: 4,
    },
    writesMissedAtMost: 0,
    firstTimestamp: start,
    lastTimestamp: start + 100,
    rate: {
      step: 1,
      points: [
        { at: start, commands: 100, bytes: 10 * KIB },
        { at: start + 100, commands: 900, bytes: 90 * KIB },
      ],
    },
    dump: null,
    ...over,
  };
}
