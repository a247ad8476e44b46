// Vector sets come back with another graph, so their bytes prove nothing, and nobody else knows what they mean.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadBackup } from '../../src/index.js';
import { randomNumbers } from '../helpers/random.js';
import { requireServer } from '../servers/available.js';
import { withServer } from '../servers/server.js';

const ELEMENTS = 300;

it('a verified load is not sure of vector sets, and sure of the other keys', async () => {
  const server = requireServer('redis', '8.0');
  const next = randomNumbers(3);
  await withServer(server, async (from) => {
    for (let i = 0; i < ELEMENTS; i++) {
      const vector = Array.from({ length: 4 }, () => String(next() / 2 ** 31 - 1));
      await from.client.call('VADD', 'vectors', 'VALUES', '4', ...vector, `element ${i}`);
    }
    await from.client.set('plain', 'x');
    await from.client.save();
    await withServer(server, async ({ client, port }) => {
      const { complete, loaded, verified } = await loadBackup(join(from.dir, 'dump.rdb'), `redis://127.0.0.1:${port}`, {
        verify: true,
      });
      expect({ complete, loaded }).toEqual({ complete: true, loaded: 2 });
      expect(verified).toMatchObject({ compared: 2, equal: 1, missing: 0, different: 0, unsure: 1, first: [] });
      expect(await client.call('VCARD', 'vectors')).toBe(ELEMENTS);
    });
  });
});
