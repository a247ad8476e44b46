// Every server that is there restores what it wrote itself, and what others wrote as far as it can.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { unsuitable } from '../../src/disposable/needs.js';
import { rehearse } from '../../src/rehearse/rehearse.js';
import { FIXTURES, goldens } from '../helpers/corpus.js';
import { availableServers } from '../servers/available.js';
import { unrooted } from '../servers/unrooted.js';

const room = mkdtempSync(join(tmpdir(), 'rdbkit-rehearse-matrix-'));
afterAll(() => rmSync(room, { recursive: true, force: true }));

const dumps = goldens(FIXTURES).filter(({ name }) => /(all-types|field-expiry|functions|vectors)\.rdb$/.test(name));

describe.each(availableServers())('$name', (server) => {
  const path = unrooted(server);

  it.runIf(path !== undefined).each(dumps)('restores what it can read: $name', async ({ name, rdb }) => {
    const { report } = await rehearse(rdb, { server: path, tmpDir: room });
    const { rdbVersion, producer, failure } = report;
    const magic = producer?.name === 'valkey' && (rdbVersion ?? 0) >= 80 ? 'VALKEY' : 'REDIS';
    const needs = {
      ...{ lineage: undefined, version: undefined, multiPart: false, commands: [] },
      rdb: { magic, version: rdbVersion ?? 0 } as const,
    };
    if (unsuitable(server, needs) === undefined) {
      // The graph of a vector set is another one in every process.
      const differences = report.differences.filter(({ change }) => change !== 'unsure');
      expect({ failure, differences }).toEqual({ failure: null, differences: [] });
      expect(name.includes('vectors') ? ['restored', 'unknown'] : ['restored']).toContain(report.verdict);
      expect(report.databases.reduce((sum, { found }) => sum + found, 0)).toBeGreaterThan(0);
    } else {
      expect(['too-new', 'signature', 'unknown-type']).toContain(failure?.kind);
    }
    expect(readdirSync(room)).toEqual([]);
  });
});
