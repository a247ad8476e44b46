import { describe, expect, it } from 'vitest';
import { availableServers } from '../available.js';
import { accuracyOf, makeDump } from './accuracy.js';

const onPath = availableServers().filter(({ suite }) => suite === 'PATH');

describe.each(onPath)('$name', (server) => {
  it('says of small keys of every kind about what is estimated', async () => {
    const dump = await makeDump(server, { seed: 3, keysPerKind: 6, largest: 20_000 });
    const { rows, all } = await accuracyOf(server, dump);
    expect(new Set(rows.map(({ type }) => type)).size).toBe(6);
    for (const row of rows) {
      expect(row.median, `${row.type} ${row.encoding}`).toBeLessThanOrEqual(0.05);
      expect(Math.abs(row.total), `${row.type} ${row.encoding}`).toBeLessThanOrEqual(0.05);
    }
    expect(Math.abs(all.total)).toBeLessThanOrEqual(0.02);
  });
});
