import picocolors from 'picocolors';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { aofText } from '../../../src/report/stats/aof-text.js';
import type { AofStats } from '../../../src/stats/aof/aof-report.js';
import { modelAof } from '../../helpers/aof-stats.js';
import { applicationKeys, modelReport } from '../../helpers/stats-report.js';

const text = (stats: AofStats, columns = 100, top = 10) =>
  aofText(stats, { colors: picocolors.createColors(false), top, columns });
const row = (stats: AofStats, start: string) =>
  text(stats)
    .split('\n')
    .find((line) => line.trim().startsWith(start));

describe('statistics of a log', () => {
  it.each([100, 80])('stay within %i columns', (columns) => {
    const lines = text(modelAof({ dump: modelReport(applicationKeys(50)) }), columns).split('\n');
    expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(columns);
  });

  it('have shares of calls and of bytes', () => {
    expect(text(modelAof())).toMatch(/^appendonlydir: 1,000 commands, 100 KiB\n/);
    expect(row(modelAof(), 'set ')).toMatch(/ 750 +75\.0%.* 80 KiB +80\.0%$/);
    expect(row(modelAof(), 'base ')).toContain('RDB of 200 B with 7 keys');
    expect(row(modelAof(), 'time ')).toContain(
      'from 2026-01-02 03:04:05 UTC to 2026-01-02 03:05:45 UTC, 10 commands a second',
    );
  });

  it('show prefixes as a tree with the writes of the others beside it', () => {
    expect(row(modelAof(), 'user:')).toMatch(/^ {2}user: +600 +60\.0%/);
    expect(row(modelAof(), 'name:')).toMatch(/^ {4}name: +400 +40\.0%/);
    expect(row(modelAof(), '(no prefix)')).toMatch(/ 100 +10\.0%/);
    expect(row(modelAof(), 'rare:')).toBeUndefined();
  });

  it('show bounds only where there are some', () => {
    expect(text(modelAof())).not.toMatch(/>=|bounds/);
    const [key, ...rest] = modelAof().busiest.byWrites;
    const missing = { writes: 12, bytes: 1000 };
    const shown = modelAof({
      writesMissedAtMost: 12,
      busiest: { byWrites: [{ ...key, missing }, ...rest], byBytes: [] },
    });
    expect(row(shown, 'user:name:1')).toMatch(/>= 300 .*>= 29 KiB/);
    expect(text(shown).replace(/\s+/g, ' ')).toContain(
      'a key that is not listed has at most 12 writes more than was counted',
    );
  });

  it('add keys with many bytes that are not among those written most often', () => {
    expect(row(modelAof(), 'Others with many bytes')).toBeDefined();
    expect(row(modelAof(), 'page:1')).toMatch(/ 3 .* 49 KiB/);
  });

  it('show the busiest moments', () => {
    expect(row(modelAof(), '2026-01-02 03:05:45')).toMatch(/UTC +900 +90 KiB +█/);
    expect(text(modelAof({ rate: { step: 1, points: [] } }))).not.toContain('Over time');
  });

  it('tell in short what the RDB in front holds', () => {
    const shown = text(modelAof({ dump: modelReport(applicationKeys()) }));
    expect(shown).toContain('Data before the commands\n  keys       5,514, 36.3% expire; 52 MiB of memory');
    expect(shown).toContain('zset 85.8%');
    expect(shown).toContain('board: 85.8%');
    expect(text(modelAof())).not.toContain('Data before');
  });

  it('that are not whole say so at the top and at the end', () => {
    const stop = 'a.aof: at 10: the file ends inside a command\x1b[2J';
    const lines = text(modelAof({ complete: false, stops: [stop] }))
      .trimEnd()
      .split('\n');
    expect(lines[0]).toMatch(/^NOT COMPLETE: appendonlydir/);
    expect(lines.at(-1)).toMatch(/^NOT COMPLETE: appendonlydir/);
    expect(lines.join('\n')).toContain('command\\x1b[2J');
  });

  it('of nothing have no tables', () => {
    const none = { writes: 0, bytes: 0 };
    const { prefixes } = modelAof();
    const shown = text(
      modelAof({
        commands: [],
        written: none,
        busiest: { byWrites: [], byBytes: [] },
        prefixes: { ...prefixes, tree: [], without: none },
        rate: { step: 1, points: [] },
      }),
    );
    expect(shown).toMatch(/^appendonlydir: 0 commands, 0 B\n/);
    expect(shown).not.toMatch(/Commands|Prefixes|Keys|NaN|%/);
  });
});
