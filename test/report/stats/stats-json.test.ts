import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statsJson } from '../../../src/report/stats/stats-json.js';
import type { StatsReport } from '../../../src/stats/report.js';
import { modelAof } from '../../helpers/aof-stats.js';
import { runs } from '../../helpers/runs.js';
import { applicationKeys, distribution, modelReport } from '../../helpers/stats-report.js';

const TEXT = { bytes: 'text', top: 10 } as const;
const SUMS = ['keys', 'expires', 'bytes', 'memory', 'elements'] as const;

interface Node extends Record<(typeof SUMS)[number], number> {
  readonly children: readonly Node[];
  readonly others: Node;
}

const parse = (report: StatsReport, top = 10) => JSON.parse(statsJson({ dumps: report, logs: [] }, { ...TEXT, top }));

describe('the JSON of statistics', () => {
  it('has prefixes that add up to their parents and to all, however many are listed', () => {
    const part = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const name = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(':'));
    const key = fc.record({ name, memory: fc.nat(1000), bytes: fc.nat(1000), elements: fc.nat(9) });
    fc.assert(
      fc.property(fc.array(key, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (keys, top) => {
        const report = modelReport(keys);
        const { prefixes, totals } = parse(report, top);
        expect(totals).toEqual(report.totals);
        const add = (nodes: readonly Node[]) =>
          Object.fromEntries(SUMS.map((sum) => [sum, nodes.reduce((all, node) => all + node[sum], 0)]));
        expect(add([prefixes.without, ...prefixes.tree, prefixes.others])).toEqual(totals);
        const check = (node: Node) => {
          expect(node.children.length).toBeLessThanOrEqual(top);
          expect(add([...node.children, node.others])).toEqual(add([node]));
          node.children.forEach(check);
        };
        prefixes.tree.forEach(check);
      }),
      { numRuns: runs(25) },
    );
  });

  it('keeps the facts, and as much of each list as was asked for', () => {
    const report = modelReport(applicationKeys());
    const found = parse(report, 3);
    expect(found).toMatchObject({
      schema: 1,
      complete: true,
      limited: false,
      files: [{ path: 'dump.rdb', kind: 'rdb', checksum: 'ok', keys: 5514 }],
      expired: 42,
      memoryModel: { server: 'redis-7.0', allocator: 'official' },
      prefixes: { separators: [':'], guessed: true, exact: true, distinct: 7, others: { prefixes: 1 } },
    });
    expect(found.biggest.byMemory.map(({ key }: { key: string }) => key)).toEqual([
      'board:{game11}',
      'board:{game10}',
      'board:{game9}',
    ]);
    expect(found.slots.biggest).toHaveLength(3);
    expect(found.slots).not.toHaveProperty('keys');
    expect(found.distributions.elements).toEqual(report.distributions.elements);
    expect(found.distributions).not.toHaveProperty('idleSeconds');
    expect(found).not.toHaveProperty('perFile');
  });

  it('has names as text that can be read back, or as base64', () => {
    const report = modelReport([{ name: Buffer.from([0x66, 0xff, 0x1b]) }]);
    const text = statsJson({ dumps: report, logs: [] }, TEXT);
    expect(text).toContain('\\u001b');
    expect(JSON.parse(text).biggest.byBytes[0].key).toBe('f\\xff\x1b');
    const base64 = JSON.parse(statsJson({ dumps: report, logs: [] }, { bytes: 'base64', top: 10 }));
    expect(base64).toMatchObject({ bytes: 'base64', biggest: { byBytes: [{ key: 'Zv8b' }] } });
  });

  it('has numbers that JSON readers would round as text, and auxiliary fields of any name', () => {
    const aux = JSON.parse('{"__proto__":"x","ctime":"1"}');
    const [file] = modelReport([]).files;
    const report = modelReport([{ name: 'a', db: 2 ** 60 }], { files: [{ ...file, aux }] });
    const json = statsJson({ dumps: report, logs: [] }, TEXT);
    expect(json).toContain('"db":"1152921504606846976"');
    expect(json).toContain('"aux":{"__proto__":"x","ctime":"1"}');
  });

  it('has logs among the files, and is complete only when all are', () => {
    const dumps = modelReport([{ name: 'a' }]);
    const whole = JSON.parse(statsJson({ dumps, logs: [modelAof({ dump: modelReport([{ name: 'b' }]) })] }, TEXT));
    expect(whole).toMatchObject({ complete: true, totals: { keys: 1 } });
    expect(whole.files).toMatchObject([
      { path: 'dump.rdb' },
      {
        path: 'appendonlydir',
        kind: 'aof-set',
        commands: [{ name: 'set', calls: 750 }, {}],
        dump: { totals: { keys: 1 } },
      },
    ]);
    expect(whole.files[1].prefixes.tree[0]).toMatchObject({
      prefix: 'user:',
      writes: 600,
      children: [{ prefix: 'user:name:' }, {}],
    });
    const logs = [modelAof(), modelAof({ complete: false, stops: ['x'] })];
    expect(JSON.parse(statsJson({ dumps, logs }, TEXT)).complete).toBe(false);
    const alone = JSON.parse(statsJson({ dumps: null, logs: [modelAof()] }, TEXT));
    expect(alone).toMatchObject({ complete: true, limited: false });
    expect(alone).not.toHaveProperty('totals');
    expect(alone.files[0].dump).toBeNull();
    expect(JSON.parse(statsJson({ dumps: modelReport([], { complete: false }), logs: [] }, TEXT)).complete).toBe(false);
  });

  it('has each file by itself where that was asked for', () => {
    const each = [modelReport([{ name: 'a' }]), modelReport([{ name: 'b' }, { name: 'c' }])];
    const found = JSON.parse(statsJson({ dumps: modelReport([]), perFile: each, logs: [] }, TEXT));
    expect(found.perFile).toMatchObject([
      { complete: true, files: [{ keys: 1 }], totals: { keys: 1 } },
      { complete: true, files: [{ keys: 2 }], totals: { keys: 2 } },
    ]);
  });

  it('is described field by field', () => {
    const page = readFileSync(new URL('../../../docs/stats-json.md', import.meta.url), 'utf8');
    const missing = { keys: 1, expires: 0, bytes: 1, memory: 1, elements: 1 };
    const base = modelReport([{ name: 'a:{t}', db: 1 }, { name: 'b' }], {
      functions: [{ name: 'lib', engine: 'LUA', bytes: 1 }],
      modules: [{ name: 'm', keys: 1, bytes: 1 }],
    });
    const { prefixes, slots, distributions } = base;
    const dumps: StatsReport = {
      ...base,
      prefixes: { ...prefixes, tree: prefixes.tree.map((node) => ({ ...node, missing })) },
      slots: { ...slots, tags: slots.tags.map((tag) => ({ ...tag, missing })) },
      distributions: { ...distributions, idleSeconds: distribution([1]), frequency: distribution([1]) },
    };
    const document = JSON.parse(
      statsJson({ dumps, perFile: [dumps], logs: [modelAof({ dump: dumps })] }, { ...TEXT, bytes: 'base64' }),
    );
    const fields = new Set<string>();
    const collect = (value: unknown, name = '') => {
      if (Array.isArray(value)) for (const item of value) collect(item);
      else if (typeof value === 'object' && value !== null && name !== 'aux') {
        for (const [field, item] of Object.entries(value)) {
          fields.add(field);
          collect(item, field);
        }
      }
    };
    collect(document);
    // The two fields of a producer stand in one example; a file's findings are described with those of verify.
    const undescribed = [...fields].filter((field) => !page.includes(`\`${field}\``) && !page.includes(`"${field}"`));
    expect(undescribed).toEqual([]);
    expect(fields.size).toBeGreaterThan(60);
  });
});
