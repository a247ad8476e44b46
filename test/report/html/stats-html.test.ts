import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { PageData } from '../../../src/report/html/page-data.js';
import { statsHtml } from '../../../src/report/html/stats-html.js';
import type { PrefixStats, StatsReport } from '../../../src/stats/report.js';
import { demoReport } from './demo.js';
import { ESCAPED, hostileReport, LONG, MARKUP } from './hostile.js';

describe('the page', () => {
  test.each([
    ['of a usual report', demoReport({ prefixes: 300, keys: 5 })],
    ['of a hostile one', hostileReport()],
  ])('%s has two scripts, and a policy that names the one that runs', (_, report) => {
    const page = statsHtml(report);
    const ends = page.match(/<\/script/gi) ?? [];
    expect(ends).toHaveLength(2);
    const script = page.slice(page.lastIndexOf('<script>') + 8, page.lastIndexOf('</script>'));
    const style = page.slice(page.indexOf('<style>') + 7, page.indexOf('</style>'));
    const [policy] = /(?<=http-equiv="Content-Security-Policy" content=")[^"]*/.exec(page) ?? [];
    expect(policy?.split('; ')).toEqual([
      "default-src 'none'",
      `script-src 'sha256-${sha256(script)}'`,
      `style-src 'sha256-${sha256(style)}'`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  test('refers to nothing outside itself', () => {
    const page = statsHtml(hostileReport());
    const frame =
      page.slice(0, page.indexOf('<style>')) + page.slice(page.indexOf('</style>'), page.indexOf('id="data"'));
    const tags = frame.match(/<[^>]*>/g)?.join('') ?? '';
    expect(tags.match(/(?:src|href|action|data|srcset|poster)=[^\s>]*/g)).toEqual(['href="data:,"']);
    expect(page.slice(page.indexOf('<style>'), page.indexOf('</style>'))).not.toMatch(/@import|url\(/);
  });

  test('has the name of the file as its title, as text', () => {
    const report = demoReport({ prefixes: 300, keys: 1 });
    const page = statsHtml({ ...report, files: [{ ...report.files[0], path: '/a/</title><b>"&.rdb' }] });
    expect(/<title>(.*)<\/title>/.exec(page)?.[1]).toBe('title&#62;&#60;b&#62;&#34;&#38;.rdb · rdbkit stats');
  });

  test('carries the licences of what is in it', () => {
    const page = statsHtml(demoReport({ prefixes: 300, keys: 1 }));
    for (const text of ['The Apache Software Foundation', 'Apache License', 'Baidu Inc.', 'Mike Bostock']) {
      expect(page).toContain(text);
    }
  });
});

describe('data from a backup', () => {
  test('hold nothing that could end their element, or begin another', () => {
    expect(rawData(hostileReport())).not.toMatch(/[<>&\u2028\u2029]/);
  });

  test('hold names as they are, or with what is dangerous to a reader escaped', () => {
    const { biggest, prefixes } = pageData(hostileReport());
    const names = biggest.byMemory.map(({ key }) => key);
    expect(names.slice(0, MARKUP.length)).toEqual(MARKUP);
    expect(names.slice(MARKUP.length, -1)).toEqual(ESCAPED.map(([, shown]) => shown));
    const first = prefixes.rows.filter(([level]) => level === 1).map(([, name]) => name);
    expect(first.slice(0, MARKUP.length)).toEqual(MARKUP.map((text) => `${text}:`));
  });

  test('hold the first KiB of a long name, and its length', () => {
    const key = pageData(hostileReport()).biggest.byMemory.at(-1)?.key;
    expect(key).toEqual([LONG.subarray(0, 1024).toString(), LONG.length]);
  });

  test('tear no character of a long name', () => {
    const report = demoReport({ prefixes: 300, keys: 1 });
    const key = Buffer.from(`a${'€'.repeat(400)}`);
    const [model] = report.biggest.byBytes;
    const page = pageData({ ...report, biggest: { ...report.biggest, byBytes: [{ ...model, key }] } });
    expect(page.biggest.byBytes[0].key).toEqual([`a${'€'.repeat(341)}`, 1201]);
  });

  test('hold the worst findings first, and say how many there are', () => {
    const report = demoReport({ prefixes: 300, keys: 1 });
    const finding = (severity: 'info' | 'error') => ({
      ...({ code: 'RDB_CHECKSUM_MISMATCH', severity, offset: null, db: null, key: null, type: null } as const),
      message: severity,
    });
    const findings = [...Array.from({ length: 500 }, () => finding('info')), finding('error')];
    const [file] = pageData({ ...report, files: [{ ...report.files[0], findings }] }).files;
    expect(file.findingCount).toBe(501);
    expect(file.findings).toHaveLength(200);
    expect(file.findings[0].message).toBe('error');
  });
});

describe('prefixes', () => {
  const sums = { keys: 5, expires: 4, bytes: 30, memory: 20, elements: 10 };
  const node = (prefix: string, children: readonly PrefixStats[], missing?: typeof sums): PrefixStats => ({
    prefix: Buffer.from(prefix),
    depth: prefix.split(/[:\\]/).length - 1,
    ...sums,
    missing,
    children,
  });
  const rowsOf = (tree: readonly PrefixStats[]) => {
    const report = demoReport({ prefixes: 300, keys: 1 });
    return pageData({ ...report, prefixes: { ...report.prefixes, tree } }).prefixes.rows;
  };

  test('are rows of what each adds to the name of its parent, with their bounds', () => {
    const tree = [node('a:', [node('a:b:', [node('a:b:c:', [])]), node('a:d:', [])]), node('e:', [], sums)];
    const numbers = [5, 4, 30, 20, 10];
    expect(rowsOf(tree)).toEqual([
      [1, 'a:', numbers],
      [2, 'b:', numbers],
      [3, 'c:', numbers],
      [2, 'd:', numbers],
      [1, 'e:', numbers, numbers],
    ]);
  });

  test('read back as written where a backslash separates', () => {
    expect(rowsOf([node('a\\', [node('a\\x41\\', [])])]).map(([, name]) => name)).toEqual(['a\\', '\\x7841\\']);
  });

  test('may be as deep as a name is long', () => {
    const name = Buffer.alloc(20_000, ':');
    let tree: PrefixStats = { prefix: name, depth: 20_000, ...sums, missing: undefined, children: [] };
    for (let depth = 19_999; depth > 0; depth--) {
      tree = { ...tree, prefix: name.subarray(0, depth), depth, children: [tree] };
    }
    const rows = rowsOf([tree]);
    expect(rows).toHaveLength(20_000);
    expect(rows.at(-1)?.slice(0, 2)).toEqual([20_000, ':']);
  });
});

describe('slots', () => {
  test('are added up to 256 ranges', () => {
    const report = demoReport({ prefixes: 300, keys: 1 });
    const keys = Array.from({ length: 16_384 }, (_, slot) => (slot < 64 ? 2 : slot === 16_383 ? 7 : 0));
    const { slots } = pageData({ ...report, slots: { ...report.slots, keys } });
    expect(slots?.rangeSize).toBe(64);
    expect(slots?.keys).toEqual([128, ...new Array(254).fill(0), 7]);
  });

  test('are left out where they mean nothing', () => {
    const report = demoReport({ prefixes: 300, keys: 1 });
    expect(pageData({ ...report, slots: { ...report.slots, relevant: false } }).slots).toBeNull();
  });
});

function rawData(report: StatsReport): string {
  const [, data] = /<script type="application\/json" id="data">([\s\S]*?)<\/script>/.exec(statsHtml(report)) ?? [];
  return data ?? '';
}

function pageData(report: StatsReport): PageData {
  return JSON.parse(rawData(report));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
